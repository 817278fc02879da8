"use client";

import { agoWords, exactWords } from "./time-words";

/** A moment in words, with the exact time for whoever asks. */
export function When({ iso, before }: { iso: string; before?: string }) {
  return (
    <>
      {before}{" "}
      <time dateTime={iso} title={exactWords(iso)}>
        {agoWords(iso)}
      </time>
    </>
  );
}
