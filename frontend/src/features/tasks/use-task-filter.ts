"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useState } from "react";
import type { Filter } from "./task-filter";

/**
 * The status stands in the address, to be linked to and come back to; the words are only of the moment.
 *
 * A change names only what it changes: the address that this render saw may be behind.
 */
export function useTaskFilter(): [Filter, (change: Partial<Filter>) => void] {
  const path = usePathname();
  const status = useSearchParams().get("state") || undefined;
  const [words, setWords] = useState("");

  const changeFilter = useCallback(
    (change: Partial<Filter>) => {
      if (change.words !== undefined) setWords(change.words);
      if (!("status" in change)) return;
      const query = change.status === undefined ? "" : `?state=${encodeURIComponent(wellFormed(change.status))}`;
      window.history.replaceState(null, "", path + query);
    },
    [path],
  );
  return [{ status, words }, changeFilter];
}

/** encodeURIComponent throws at half of a surrogate pair; String.toWellFormed is newer than the browsers supported. */
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, "\uFFFD");
