"use client";

import type { RefObject } from "react";
import { type Shortcuts, useShortcuts } from "@/lib/keyboard/use-shortcuts";
import type { TaskActions } from "./TaskRow";
import type { ListedTask } from "./pending-changes";
import type { useRowFocus } from "./use-row-focus";
import type { RowSelection } from "./use-selection";

interface TaskShortcuts {
  actions: TaskActions;
  rows: ReturnType<typeof useRowFocus>;
  /** The task beside the list, if there is one. */
  opened: ListedTask | undefined;
  search: RefObject<HTMLInputElement | null>;
  line: RefObject<HTMLInputElement | null>;
  create: () => void;
  selection: RowSelection;
}

/** The keys that KeyboardHelp lists; those for one task act on the row in focus, or on the task beside the list. */
export function useTaskShortcuts({ actions, rows, opened, search, line, create, selection }: TaskShortcuts): void {
  const onRow = (action: keyof TaskActions) => () => {
    const task = rows.current() ?? (isBesideFocused() ? opened : undefined);
    if (task?.stored && (action === "select" || !isInTrash(task))) actions[action](task);
  };
  /** With Shift an arrow takes the rows that it passes into the selection. */
  const step = (by: 1 | -1) => (event: KeyboardEvent) => {
    const from = rows.current();
    rows.step(by);
    const to = rows.current();
    if (event.shiftKey && to?.stored) selection.extend(from?._id, to._id);
  };
  const keys: Shortcuts = {
    n: create,
    q: () => line.current?.focus(),
    "/": () => search.current?.focus(),
    ArrowDown: step(1),
    ArrowUp: step(-1),
    e: onRow("edit"),
    x: onRow("toggleCompleted"),
    s: onRow("moveToNextStatus"),
    d: onRow("delete"),
    v: onRow("select"),
    ...(selection.ids.size > 0 && { Escape: selection.clear }),
  };
  useShortcuts(keys);
}

/** It can only be restored. */
const isInTrash = ({ deletedAt }: ListedTask) => deletedAt !== null;

const isBesideFocused = () => Boolean(document.activeElement?.closest("[data-beside]"));
