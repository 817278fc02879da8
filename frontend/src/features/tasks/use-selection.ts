"use client";

import { type MouseEvent, useCallback, useMemo, useState } from "react";
import type { ListedTask } from "./pending-changes";
import { everything, NOTHING, reaching, toggled } from "./selection";

/** The selected rows among those shown: one that leaves the list is no longer selected. */
export function useSelection(shown: readonly ListedTask[]) {
  const [selection, setSelection] = useState(NOTHING);
  const selected = useMemo(
    () => (selection.ids.size === 0 ? [] : shown.filter(({ _id, stored }) => stored && selection.ids.has(_id))),
    [selection, shown],
  );
  const ids = useMemo(() => new Set(selected.map(({ _id }) => _id)), [selected]);
  const order = () => shown.filter(({ stored }) => stored).map(({ _id }) => _id);
  // These two never change: a row that is not touched is not drawn again.
  const toggle = useCallback((id: string) => setSelection((before) => toggled(before, id)), []);
  const clear = useCallback(() => setSelection(NOTHING), []);
  return {
    ids,
    selected,
    toggle,
    clear,
    reach: (id: string) => setSelection(reaching(selection, order(), id)),
    /** By Shift and an arrow, from the row that had the focus to the one that has it now. */
    extend: (from: string | undefined, to: string) => {
      const begun = ids.size > 0 || from === undefined ? selection : { ids, anchor: from };
      setSelection(reaching(begun, order(), to));
    },
    all: () => setSelection(everything(order())),
  };
}

export type RowSelection = ReturnType<typeof useSelection>;

/** A click with Ctrl, Cmd or Shift selects the row, whatever it falls on. */
export function selectByClick(event: MouseEvent, { toggle, reach }: RowSelection): void {
  if (!event.shiftKey && !event.ctrlKey && !event.metaKey) return;
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-task]") : null;
  if (!row?.dataset.task || row.ariaBusy) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.shiftKey) reach(row.dataset.task);
  else toggle(row.dataset.task);
}
