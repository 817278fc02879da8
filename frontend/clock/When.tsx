"use client";

import { useSyncExternalStore } from "react";
import { watchMinutes } from "./minutes";
import { agoWords, exactWords } from "./time-words";

/** A moment in words that keep true as time passes, with the exact time for whoever asks. */
export function When({ iso, before }: { iso: string; before?: string }) {
  // The words, not the time: a minute draws only those of a thousand rows that read otherwise after it.
  const words = useSyncExternalStore(watchMinutes, () => agoWords(iso));
  return (
    <>
      {before}{" "}
      <time dateTime={iso} title={exactWords(iso)}>
        {words}
      </time>
    </>
  );
}
