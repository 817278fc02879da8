"use client";

import type { RefObject } from "react";
import { type Shortcuts, useShortcuts } from "@/keyboard/use-shortcuts";
import type { RowDeeds } from "./ContractRow";
import type { useRowFocus } from "./use-row-focus";

interface HuntKeys {
  deeds: RowDeeds;
  rows: ReturnType<typeof useRowFocus>;
  search: RefObject<HTMLInputElement | null>;
  write: () => void;
}

/** The keys that KeyboardHelp lists; those for one contract act on the row in focus. */
export function useHuntKeys({ deeds, rows, search, write }: HuntKeys): void {
  const onRow = (deed: keyof RowDeeds) => () => {
    const task = rows.current();
    if (task?.stored) deeds[deed](task);
  };
  const keys: Shortcuts = {
    n: write,
    "/": () => search.current?.focus(),
    ArrowDown: () => rows.step(1),
    ArrowUp: () => rows.step(-1),
    e: onRow("edit"),
    x: onRow("toggleCompleted"),
    s: onRow("advance"),
    d: onRow("discard"),
  };
  useShortcuts(keys);
}
