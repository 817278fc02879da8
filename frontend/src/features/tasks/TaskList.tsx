"use client";

import { type RefObject, useSyncExternalStore } from "react";
import { useSingleKeys } from "@/lib/keyboard/single-keys";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { hasHit } from "./hits";
import type { ListedTask } from "./pending-changes";
import styles from "./TaskList.module.css";
import { type TaskActions, TaskRow } from "./TaskRow";
import { useTaskMutations } from "./TaskMutationsProvider";
import { type RowSelection, selectByClick } from "./use-selection";

interface TaskListProps {
  tasks: readonly ListedTask[];
  actions: TaskActions;
  /** What is searched for, to be marked in the titles. */
  words: string;
  roomy: boolean;
  list: RefObject<HTMLUListElement | null>;
  selection: RowSelection;
  rememberFocus: (target: EventTarget) => void;
}

/** Every loaded row is in the page, where the browser's own search finds it; the far ones are not painted. */
export function TaskList({ tasks, actions, words, roomy, list, selection, rememberFocus }: TaskListProps) {
  const messages = useMessages(taskMessages);
  const keys = useSingleKeys();
  const { drafts } = useTaskMutations();
  const unsaved = useSyncExternalStore(drafts.watchUnsaved, drafts.unsaved, drafts.unsaved);
  return (
    <ul
      ref={list}
      aria-label={messages.list}
      className={styles.list}
      data-roomy={roomy || undefined}
      data-selecting={selection.ids.size > 0 || undefined}
      onFocus={(event) => rememberFocus(event.target)}
      onClickCapture={(event) => selectByClick(event, selection)}
      // Shift would mark the text between two clicks.
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
    >
      {tasks.map((task) => (
        <TaskRow
          key={task.key}
          task={task}
          actions={actions}
          keys={keys}
          words={hasHit(task.title, words) ? words : ""}
          selected={selection.ids.has(task._id)}
          unsaved={unsaved.has(task._id)}
        />
      ))}
    </ul>
  );
}
