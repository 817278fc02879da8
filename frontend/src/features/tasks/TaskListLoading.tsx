"use client";

import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { waitingMessages } from "@/lib/messages/waiting";
import styles from "./TaskListLoading.module.css";

const ROWS = [1, 2, 3, 4, 5];

/** Alone in its file: it comes with the first load, and the rest of the list does not. */
export function TaskListLoading() {
  const { loadingTasks } = useMessages(waitingMessages);
  return (
    <div role="status" className={styles.list}>
      <VisuallyHidden>{loadingTasks}</VisuallyHidden>
      {ROWS.map((row) => (
        <div key={row} className={styles.row} aria-hidden="true" />
      ))}
    </div>
  );
}
