"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { addressOf, filterOf } from "./filter-address";
import { NO_FILTER, type TaskFilter, type View } from "./task-filter";

/** The filter in the address: to be linked to, to come back to, and kept by a reload. */
export function useTaskFilter() {
  const path = usePathname();
  const address = useSearchParams().toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(address)), [address]);

  /** Names only what it changes, upon the address as it is now: the one that this render saw may be behind. */
  const change = useCallback(
    (changes: Partial<TaskFilter>) => {
      const now = new URLSearchParams(window.location.search);
      window.history.replaceState(null, "", path + addressOf({ ...filterOf(now), ...changes }, now));
    },
    [path],
  );
  /** A step in the history, so that Back leads to the view before. */
  const open = useCallback(
    (view: View, filters: Partial<TaskFilter> = {}) => {
      window.history.pushState(null, "", path + addressOf({ view, ...NO_FILTER, ...filters }));
    },
    [path],
  );
  return { filter, change, open };
}
