"use client";

import { useState } from "react";
import { useApi } from "@/features/session";
import { type PersonStorage, WORDS } from "@/lib/person-storage";
import { now } from "@/lib/time/clock";
import { newKey } from "./pending-changes";

const KEY = `${WORDS}quick-add`;

/** What is typed for a new task, before it is added. */
export interface TypedLine {
  text: string;
  /** What stays words in it though it could be understood. */
  kept: readonly string[];
  /** Under which it will be sent: two tabs with the same line make one task. */
  key: string;
  /** When it was typed, in milliseconds since 1970: "tomorrow" is seen from there. */
  at: number;
}

const emptyLine = (): TypedLine => ({ text: "", kept: [], key: newKey(), at: now() });

/** Kept across a reload, a look into the journal, or the end of a session. */
export function useTypedLine() {
  const { storage } = useApi();
  const [line, setLine] = useState(() => keptLine(storage));
  const put = (next: TypedLine) => {
    setLine(next);
    if (next.text) storage.write(KEY, next);
    else storage.drop(KEY);
  };
  return {
    line,
    type: (text: string) => put({ ...line, text, at: now() }),
    keepWords: (words: string) => put({ ...line, kept: [...line.kept, words] }),
    clear: () => put(emptyLine()),
  };
}

function keptLine(storage: PersonStorage): TypedLine {
  return { ...emptyLine(), ...storage.read<Partial<TypedLine>>(KEY) };
}
