"use client";

import { useEffect, useState } from "react";

/** So long after the last key the gateway is asked. */
const WAIT_MS = 200;

/**
 * The words as they are typed, at once; `search` gets them when the typing rests. `inAddress` are those of the answer:
 * where somebody else than this field changed them, the field follows.
 */
export function useSearchWords(inAddress: string, search: (words: string) => void): [string, (words: string) => void] {
  const [field, setField] = useState({ words: inAddress, seen: inAddress, sent: inAddress });
  if (inAddress !== field.seen) {
    const own = inAddress === field.sent;
    setField({ ...field, seen: inAddress, ...(!own && { words: inAddress, sent: inAddress }) });
  }
  const { words, sent } = field;

  useEffect(() => {
    if (words === sent) return;
    const timer = setTimeout(() => {
      setField((latest) => ({ ...latest, sent: words }));
      search(words);
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [words, sent, search]);

  return [words, (typed) => setField((latest) => ({ ...latest, words: typed }))];
}
