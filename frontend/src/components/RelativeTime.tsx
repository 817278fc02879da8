"use client";

import { useSyncExternalStore } from "react";
import { watchMinutes } from "@/lib/time/minute-clock";
import { relativeTime, exactTime } from "@/lib/time/format";

/** A moment in words that keep true as time passes, with the exact time for whoever asks. */
export function RelativeTime({ iso, before }: { iso: string; before?: string }) {
  // The words, not the time: a minute draws only those of a thousand rows that read otherwise after it.
  const words = useSyncExternalStore(watchMinutes, () => relativeTime(iso));
  return (
    <>
      {before}{" "}
      <time dateTime={iso} title={exactTime(iso)}>
        {words}
      </time>
    </>
  );
}
