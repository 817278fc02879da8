"use client";

import type { RefObject } from "react";
import { type Shortcuts, useShortcuts } from "@/lib/keyboard/use-shortcuts";
import type { TaskActions } from "./TaskRow";
import type { useRowFocus } from "./use-row-focus";

interface TaskShortcuts {
  actions: TaskActions;
  rows: ReturnType<typeof useRowFocus>;
  search: RefObject<HTMLInputElement | null>;
  line: RefObject<HTMLInputElement | null>;
  create: () => void;
}

/** The keys that KeyboardHelp lists; those for one task act on the row in focus. */
export function useTaskShortcuts({ actions, rows, search, line, create }: TaskShortcuts): void {
  const onRow = (action: keyof TaskActions) => () => {
    const task = rows.current();
    if (task?.stored) actions[action](task);
  };
  const keys: Shortcuts = {
    n: create,
    q: () => line.current?.focus(),
    "/": () => search.current?.focus(),
    ArrowDown: () => rows.step(1),
    ArrowUp: () => rows.step(-1),
    e: onRow("edit"),
    x: onRow("toggleCompleted"),
    s: onRow("moveToNextStatus"),
    d: onRow("delete"),
  };
  useShortcuts(keys);
}
