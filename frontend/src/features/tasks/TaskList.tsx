"use client";

import type { RefObject } from "react";
import { useSingleKeys } from "@/lib/keyboard/single-keys";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { hasHit } from "./hits";
import type { ListedTask } from "./pending-changes";
import styles from "./TaskList.module.css";
import { type TaskActions, TaskRow } from "./TaskRow";

interface TaskListProps {
  tasks: readonly ListedTask[];
  actions: TaskActions;
  /** What is searched for, to be marked in the titles. */
  words: string;
  roomy: boolean;
  list: RefObject<HTMLUListElement | null>;
  rememberFocus: (target: EventTarget) => void;
}

/** Every loaded row is in the page, where the browser's own search finds it; the far ones are not painted. */
export function TaskList({ tasks, actions, words, roomy, list, rememberFocus }: TaskListProps) {
  const messages = useMessages(taskMessages);
  const keys = useSingleKeys();
  return (
    <ul ref={list} aria-label={messages.list} className={styles.list} data-roomy={roomy || undefined} onFocus={(event) => rememberFocus(event.target)}>
      {tasks.map((task) => (
        <TaskRow key={task.key} task={task} actions={actions} keys={keys} words={hasHit(task.title, words) ? words : ""} />
      ))}
    </ul>
  );
}
