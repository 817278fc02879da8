"use client";

import { type RefObject, useEffect, useRef } from "react";
import type { ListedTask } from "./pending-changes";

const ROW = "[data-task]";

/**
 * Which row the keys act on: the one that holds the focus, or held it last. Rows take the real focus, so
 * that arrows and Tab agree, and a screen reader follows.
 */
export function useRowFocus(list: RefObject<HTMLElement | null>, tasks: readonly ListedTask[]) {
  const last = useRef<{ id: string; index: number }>(undefined);

  const remember = (target: EventTarget) => {
    const row = (target as HTMLElement).closest<HTMLElement>(ROW);
    const index = tasks.findIndex(({ _id }) => _id === row?.dataset.task);
    const task = tasks[index];
    if (task) last.current = { id: task._id, index };
  };

  const current = () => tasks.find(({ _id }) => _id === last.current?.id);

  const step = (by: 1 | -1) => {
    const at = tasks.findIndex(({ _id }) => _id === last.current?.id);
    focusRow(list.current, at === -1 ? (last.current?.index ?? 0) : at + by);
  };

  // The row in focus can leave by a discard or a filter; its neighbour takes the focus that fell to the page.
  useEffect(() => {
    const left = last.current && !tasks.some(({ _id }) => _id === last.current?.id);
    if (left && document.activeElement === document.body) focusRow(list.current, last.current?.index ?? 0);
  }, [list, tasks]);

  return { remember, current, step };
}

function focusRow(list: HTMLElement | null, index: number): void {
  const rows = list?.querySelectorAll<HTMLElement>(ROW) ?? [];
  const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
  row?.querySelector<HTMLElement>("[data-row-focus]")?.focus();
}
