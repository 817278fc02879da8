"use client";

import type { RefObject } from "react";
import { type Shortcuts, useShortcuts } from "@/lib/keyboard/use-shortcuts";
import type { TaskActions } from "./TaskRow";
import type { useRowFocus } from "./use-row-focus";

interface TaskShortcuts {
  actions: TaskActions;
  rows: ReturnType<typeof useRowFocus>;
  search: RefObject<HTMLInputElement | null>;
  write: () => void;
}

/** The keys that KeyboardHelp lists; those for one contract act on the row in focus. */
export function useTaskShortcuts({ actions, rows, search, write }: TaskShortcuts): void {
  const onRow = (deed: keyof TaskActions) => () => {
    const task = rows.current();
    if (task?.stored) actions[deed](task);
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
