"use client";

import { Button } from "@/components/Button";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import type { ListedTask } from "./pending-changes";
import styles from "./TaskRow.module.css";

interface TrashListProps {
  tasks: readonly ListedTask[];
  restore: (task: ListedTask) => void;
}

/** What was deleted, to be taken back. */
export function TrashList({ tasks, restore }: TrashListProps) {
  const { list } = useMessages(taskMessages);
  const { trash } = useMessages(viewMessages);
  return (
    <>
      <p className={styles.note}>{trash.note}</p>
      <ul aria-label={list}>
        {tasks.map((task) => (
          <li key={task.key} className={styles.row}>
            <div className={styles.text}>
              <h2 className={styles.title}>{task.title}</h2>
              {task.description && <p className={styles.description}>{task.description}</p>}
            </div>
            <Button look="text" onClick={() => restore(task)}>
              <span aria-hidden="true">{trash.restore}</span>
              <VisuallyHidden>{trash.restoreTask(task.title)}</VisuallyHidden>
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
