"use client";

import type { RefObject } from "react";
import type { ListedTask } from "./pending-changes";
import { TaskRow, type TaskActions } from "./TaskRow";

interface TaskListProps {
  tasks: readonly ListedTask[];
  actions: TaskActions;
  list: RefObject<HTMLUListElement | null>;
  remember: (target: EventTarget) => void;
}

/** Every loaded row is in the page, where the browser's own search finds it; the far ones are not painted. */
export function TaskList({ tasks, actions, list, remember }: TaskListProps) {
  return (
    <ul ref={list} aria-label="Contracts" className="contracts" onFocus={(event) => remember(event.target)}>
      {tasks.map((task) => (
        <TaskRow key={task.key} task={task} actions={actions} />
      ))}
    </ul>
  );
}
