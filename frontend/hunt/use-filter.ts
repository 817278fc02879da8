"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useState } from "react";
import type { Filter } from "./filter";

/** The state stands in the address, to be linked to and come back to; the words are only of the moment. */
export function useFilter(): [Filter, (filter: Filter) => void] {
  const path = usePathname();
  const status = useSearchParams().get("state") ?? undefined;
  const [words, setWords] = useState("");

  const choose = useCallback(
    (filter: Filter) => {
      setWords(filter.words);
      const query = filter.status === undefined ? "" : `?state=${encodeURIComponent(filter.status)}`;
      window.history.replaceState(null, "", path + query);
    },
    [path],
  );
  return [{ status, words }, choose];
}
