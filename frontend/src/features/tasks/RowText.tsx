import { RelativeTime } from "@/components/RelativeTime";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { MarkedText } from "./MarkedText";
import type { ListedTask } from "./pending-changes";
import styles from "./RowText.module.css";
import { Seal } from "./Seal";

interface RowTextProps {
  task: ListedTask;
  /** To be marked in the title; empty where none is in it. */
  words: string;
  /** Whether something was typed upon the task that is not saved. */
  unsaved: boolean;
  read: (task: ListedTask) => void;
  edit: (task: ListedTask) => void;
}

/** The title of a row's task, which opens it, and its description. */
export function RowText({ task, words, unsaved, read, edit }: RowTextProps) {
  const { row } = useMessages(taskMessages);
  const pending = !task.stored;
  return (
    <div className={styles.text}>
      <div className={styles.heading}>
        <h2>
          <button type="button" className={styles.title} data-row-focus onClick={() => read(task)} disabled={pending}>
            <MarkedText text={task.title} words={words} />
          </button>
        </h2>
        <Seal taskId={task._id} />
        {unsaved && (
          <button type="button" className={styles.unsaved} title={row.unsavedHint} onClick={() => edit(task)}>
            <span>{row.unsaved}</span>
            <VisuallyHidden>{row.unsavedOn(task.title)}</VisuallyHidden>
          </button>
        )}
      </div>
      {task.description && <p className={styles.description}>{task.description}</p>}
      <p className={styles.created}>
        <span>{pending ? row.creating : row.created}</span> {!pending && <RelativeTime iso={task.createdAt} />}
      </p>
    </div>
  );
}

/** The same of a task in the trash, which must be restored before it is opened. */
export function TrashedRowText({ task }: Pick<RowTextProps, "task">) {
  return (
    <div className={styles.text}>
      <h2 className={styles.title}>{task.title}</h2>
      {task.description && <p className={styles.description}>{task.description}</p>}
    </div>
  );
}
