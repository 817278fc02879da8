"use client";

import { useSyncExternalStore } from "react";
import { exactTime, relativeTime } from "@/lib/time/format";
import { watchMinutes } from "@/lib/time/minute-clock";

/** A moment in words that keep true as time passes, with the exact time for whoever asks. */
export function RelativeTime({ iso }: { iso: string }) {
  // The words, not the time: a minute draws only those of a thousand rows that read otherwise after it.
  const words = useSyncExternalStore(watchMinutes, () => relativeTime(iso));
  return (
    <time dateTime={iso} title={exactTime(iso)}>
      {words}
    </time>
  );
}
