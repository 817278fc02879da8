import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import type { ListedTask } from "./pending-changes";
import styles from "./RowStatus.module.css";
import { nextStatus, toneOf } from "./status";

interface RowStatusProps {
  task: ListedTask;
  /** Words with the key that does the same. */
  hint: (words: string, key: string) => string;
  moveToNext: (task: ListedTask) => void;
}

/** The status of a row's task; pressed, the task gets the next one. */
export function RowStatus({ task, hint, moveToNext }: RowStatusProps) {
  const { row } = useMessages(taskMessages);
  const next = nextStatus(task.status);
  return (
    <button
      type="button"
      className={styles.status}
      data-tone={toneOf(task.status)}
      title={next ? hint(row.moveToHint(next), "s") : row.editHint}
      disabled={!task.stored}
      onClick={() => moveToNext(task)}
    >
      <span className={styles.words}>{task.status}</span>
      <VisuallyHidden>{next ? row.moveTo(task.title, next) : `: ${row.edit(task.title)}`}</VisuallyHidden>
    </button>
  );
}
