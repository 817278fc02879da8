"use client";

import { useQueryClient } from "@tanstack/react-query";
import { lazy, type RefObject, Suspense, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useApi } from "@/features/session";
import { useMessages } from "@/lib/messages";
import { orderMessages } from "@/lib/messages/order";
import { taskMessages } from "@/lib/messages/tasks";
import { undoMessages } from "@/lib/messages/undo";
import { inverseOf } from "./bulk-change";
import type { ListedTask } from "./pending-changes";
import { moveTo } from "./rank";
import { runTogether } from "./run-together";
import { useTaskMutations } from "./TaskMutationsProvider";
import { why } from "./use-change-errors";

const RowDrag = lazy(() => import("./RowDrag"));

interface OrderByHandProps {
  tasks: readonly ListedTask[];
  list: RefObject<HTMLElement | null>;
  say: (words: string) => void;
}

/** Alt and an arrow move the row in focus; the pointer drags any row. What drags is loaded with the first pointer. */
export function OrderByHand({ tasks, list, say }: OrderByHandProps) {
  const [dragging, setDragging] = useState(false);
  const move = useMove({ tasks, list, say });

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const id = document.activeElement?.closest<HTMLElement>("[data-task]")?.dataset.task;
    const at = tasks.findIndex(({ _id }) => _id === id);
    if (id === undefined || at < 0) return;
    event.preventDefault();
    move(id, at + (event.key === "ArrowUp" ? -1 : 1));
  });
  useEffect(() => {
    const element = list.current;
    const listener = (event: KeyboardEvent) => onKey(event);
    const load = () => setDragging(true);
    element?.addEventListener("keydown", listener);
    element?.addEventListener("pointerover", load, { once: true });
    return () => {
      element?.removeEventListener("keydown", listener);
      element?.removeEventListener("pointerover", load);
    };
  }, [list]);

  return <Suspense>{dragging && <RowDrag tasks={tasks} list={list} move={move} />}</Suspense>;
}

/** Moves a task to a place among the others: shown at once, said, and sent after the moves before it. */
function useMove({ tasks, list, say }: OrderByHandProps): (id: string, to: number) => void {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks: api } = useApi();
  const { versions, acts } = useTaskMutations();
  const order = useMessages(orderMessages);
  const { errors } = useMessages(taskMessages);
  const { did } = useMessages(undoMessages);
  const moved = useRef<string>(undefined);

  // A row that changes its place in the page loses the focus.
  useLayoutEffect(() => {
    if (moved.current === undefined || list.current?.contains(document.activeElement)) return;
    list.current?.querySelector<HTMLElement>(`[data-task="${moved.current}"] [data-row-focus]`)?.focus();
    moved.current = undefined;
  }, [list, tasks]);

  return (id, to) => {
    const stored = tasks.filter((task) => task.stored);
    const move = moveTo(stored, id, to - (tasks.length - stored.length));
    if (!move) return;
    const { task, after, rank } = move;
    if (document.activeElement?.closest("[data-task]")) moved.current = id;
    const part = { kind: "update", key: id, base: task, patch: { rank } } as const;
    const send = async () => {
      const before = api.own.latestOf(id);
      try {
        const done = [{ part, after: await api.move(id, after) }];
        const undo = api.own.latestOf(id);
        return { done, failed: [], undoneBy: undo && undo !== before ? [undo] : [] };
      } catch (failure) {
        return { done: [], failed: [part], failure, undoneBy: [] };
      }
    };
    say(order.moved(task.title, Math.max(1, Math.min(to + 1, tasks.length)), tasks.length));
    const sent = runTogether({ client, versions }, [part], send, "rank").then(({ failed, failure, undoneBy }) => {
      if (failed.length > 0) notices.show({ tone: "alarm", text: errors.failed.update(task.title), detail: why(failure) });
      return undoneBy.map((undo) => ({ undo, inverse: [inverseOf(part, task)] }));
    });
    acts.did({ text: did.moved(task.title), written: sent });
  };
}
