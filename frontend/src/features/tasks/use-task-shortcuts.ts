"use client";

import type { RefObject } from "react";
import { type Shortcuts, useShortcuts } from "@/lib/keyboard/use-shortcuts";
import type { TaskActions } from "./TaskRow";
import type { ListedTask } from "./pending-changes";
import type { useRowFocus } from "./use-row-focus";

interface TaskShortcuts {
  actions: TaskActions;
  rows: ReturnType<typeof useRowFocus>;
  /** The task beside the list, if there is one. */
  opened: ListedTask | undefined;
  search: RefObject<HTMLInputElement | null>;
  line: RefObject<HTMLInputElement | null>;
  create: () => void;
}

/** The keys that KeyboardHelp lists; those for one task act on the row in focus, or on the task beside the list. */
export function useTaskShortcuts({ actions, rows, opened, search, line, create }: TaskShortcuts): void {
  const onRow = (action: keyof TaskActions) => () => {
    const task = rows.current() ?? (isBesideFocused() ? opened : undefined);
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

const isBesideFocused = () => Boolean(document.activeElement?.closest("[data-beside]"));
