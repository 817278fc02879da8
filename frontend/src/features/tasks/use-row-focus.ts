"use client";

import { type RefObject, useEffect, useRef } from "react";
import type { ListedTask } from "./pending-changes";

const ROW = "[data-task]";

/** The keys act on the row that holds the focus. Arrows move the real focus, as Tab does, and a screen reader follows. */
export function useRowFocus(list: RefObject<HTMLElement | null>, tasks: readonly ListedTask[]) {
  const last = useRef<{ id: string; index: number }>(undefined);
  /** The row that left with the focus, and what the focus stood on after it. */
  const gone = useRef<{ id: string; focused: Element | null }>(undefined);

  const indexOf = (target: EventTarget | null) => {
    const row = target instanceof Element ? target.closest<HTMLElement>(ROW) : null;
    return row ? tasks.findIndex(({ _id }) => _id === row.dataset.task) : -1;
  };

  const remember = (target: EventTarget) => {
    const index = indexOf(target);
    const task = tasks[index];
    if (task) last.current = { id: task._id, index };
  };

  const current = (): ListedTask | undefined => tasks[indexOf(document.activeElement)];

  const step = (by: 1 | -1) => {
    const at = indexOf(document.activeElement);
    const rows = rowsOf(list.current);
    focusRow(list.current, isInSight(rows[at]) ? at + by : firstInSight(rows));
  };

  /** The row that had the focus, unless one has scrolled away from it. */
  const focusLast = () => {
    const rows = rowsOf(list.current);
    const at = Math.max(0, tasks.findIndex(({ _id }) => _id === last.current?.id));
    focusRow(list.current, isInSight(rows[at]) ? at : firstInSight(rows));
  };

  // The row in focus can leave by a discard or a filter; its neighbour takes the focus that fell to the page. When the
  // row comes back, by an undo or a list that arrives, it has the focus again, unless that was moved meanwhile.
  useEffect(() => {
    const placeOf = (id: string | undefined) => tasks.findIndex(({ _id }) => _id === id);
    if (document.activeElement !== gone.current?.focused) gone.current = undefined;
    const back = placeOf(gone.current?.id);
    if (back >= 0) {
      gone.current = undefined;
      focusRow(list.current, back);
    } else if (last.current && placeOf(last.current.id) < 0 && document.activeElement === document.body) {
      const { id, index } = last.current;
      focusRow(list.current, index);
      gone.current = { id, focused: document.activeElement };
    }
  }, [list, tasks]);

  return { remember, current, step, focusLast };
}

const rowsOf = (list: HTMLElement | null) => [...(list?.querySelectorAll<HTMLElement>(ROW) ?? [])];

function isInSight(row: HTMLElement | undefined): boolean {
  if (!row) return false;
  const { top, bottom } = row.getBoundingClientRect();
  return bottom >= 0 && top <= window.innerHeight;
}

/** Where one looks is where the arrows begin, however far away the focus was left. */
function firstInSight(rows: readonly HTMLElement[]): number {
  return Math.max(0, rows.findIndex((row) => row.getBoundingClientRect().top >= 0));
}

function focusRow(list: HTMLElement | null, index: number): void {
  const rows = rowsOf(list);
  const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
  row?.querySelector<HTMLElement>("[data-row-focus]")?.focus();
}
