"use client";

import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { type RefObject, useEffect, useEffectEvent, useRef } from "react";
import type { ListedTask } from "./pending-changes";

interface RowDragProps {
  tasks: readonly ListedTask[];
  list: RefObject<HTMLElement | null>;
  /** To a place among the others. */
  move: (id: string, to: number) => void;
}

/** Lets the pointer drag each row before or behind another. */
export default function RowDrag({ tasks, list, move }: RowDragProps) {
  const rows = useRef(new Map<HTMLElement, () => void>());

  const dropped = useEffectEvent((id: string, on: string, behind: boolean) => {
    const others = tasks.filter(({ _id }) => _id !== id);
    const at = others.findIndex(({ _id }) => _id === on);
    if (at >= 0) move(id, behind ? at + 1 : at);
  });

  // Only what came and what went: a change of one task sets up no row anew.
  useEffect(() => {
    const present = new Set(list.current?.querySelectorAll<HTMLElement>("[data-task]:not([aria-busy])"));
    for (const [row, stop] of rows.current) {
      if (present.has(row)) continue;
      stop();
      rows.current.delete(row);
    }
    for (const row of present) {
      if (!rows.current.has(row)) rows.current.set(row, dragRow(row, (...drop) => dropped(...drop)));
    }
  }, [list, tasks]);

  useEffect(() => {
    const all = rows.current;
    return () => {
      for (const stop of all.values()) stop();
      all.clear();
    };
  }, []);
  return null;
}

function dragRow(row: HTMLElement, dropped: (id: string, on: string, behind: boolean) => void): () => void {
  const idOf = () => row.dataset.task ?? "";
  const mark = (edge: "before" | "behind" | undefined) => {
    if (edge) row.dataset.drop = edge;
    else delete row.dataset.drop;
  };
  const edgeAt = (y: number) => {
    const { top, height } = row.getBoundingClientRect();
    return y < top + height / 2 ? "before" : "behind";
  };
  const stopDrag = draggable({
    element: row,
    getInitialData: () => ({ task: idOf() }),
    onDragStart: () => (row.dataset.dragged = ""),
    onDrop: () => delete row.dataset.dragged,
  });
  const stopDrop = dropTargetForElements({
    element: row,
    canDrop: ({ source }) => typeof source.data.task === "string" && source.data.task !== idOf(),
    onDrag: ({ location }) => mark(edgeAt(location.current.input.clientY)),
    onDragLeave: () => mark(undefined),
    onDrop: ({ source, location }) => {
      mark(undefined);
      dropped(String(source.data.task), idOf(), edgeAt(location.current.input.clientY) === "behind");
    },
  });
  return () => {
    stopDrag();
    stopDrop();
    mark(undefined);
  };
}
