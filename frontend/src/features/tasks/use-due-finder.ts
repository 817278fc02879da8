"use client";

import { useCallback, useMemo, useState } from "react";
import { HERE } from "./due";
import type { DueFinder } from "./quick-add-text";

/** What reads dates is as large as the list itself, and is loaded once somebody is about to write one. */
const loadDates = () => import("./quick-add-dates");

type Dates = Awaited<ReturnType<typeof loadDates>>;

/** Finds dates as seen from `at`, in milliseconds since 1970; undefined until `load` has been called and has ended. */
export function useDueFinder(at: number): { findDue: DueFinder | undefined; load: () => void } {
  const [dates, setDates] = useState<Dates>();
  const load = useCallback(() => {
    // Without it a date stays words, as it shows; the next focus tries again.
    loadDates().then(setDates, () => undefined);
  }, []);
  const findDue = useMemo<DueFinder | undefined>(
    () => dates && ((text) => dates.findDue(text, new Date(at), HERE)),
    [dates, at],
  );
  return { findDue, load };
}
