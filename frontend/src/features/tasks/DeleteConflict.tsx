import { Button } from "@/components/Button";
import { DialogActions } from "@/components/Dialog";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import type { Task } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { changedSince } from "./conflict";
import styles from "./ConflictDialog.module.css";
import { fieldText } from "./field-text";
import { FIELDS } from "./fields";
import type { TaskChange } from "./pending-changes";

interface DeleteConflictProps {
  change: Extract<TaskChange, { kind: "delete" | "restore" }>;
  theirs: Task;
  decide: (change: TaskChange | undefined) => void;
}

/** What was to be deleted is no longer what the person saw: it is shown whole, with what has changed marked. */
export function DeleteConflict({ change, theirs, decide }: DeleteConflictProps) {
  const { conflict, facts, none } = useMessages(taskMessages);
  const fields = useMessages(fieldMessages);
  const changed = changedSince(change.base, theirs);
  const shown = FIELDS.map((field) => ({ field, text: fieldText(theirs, field, facts.priorities) }));
  return (
    <>
      <p className={styles.explanation}>{conflict.onDelete(change.base.title)}</p>
      <section aria-label={conflict.theirs} className={styles.version}>
        <dl className={styles.fields}>
          {shown
            .filter(({ field, text }) => text || changed.has(field))
            .map(({ field, text }) => (
              <div key={field} data-differs={changed.has(field) || undefined} className={styles.difference}>
                <dt className={styles.label}>
                  <span>{fields[field]}</span>
                  {changed.has(field) && <VisuallyHidden>{` ${conflict.differs}`}</VisuallyHidden>}
                </dt>
                <dd className={styles.value}>{text ? <span>{text}</span> : <span className={styles.none}>{none}</span>}</dd>
              </div>
            ))}
        </dl>
      </section>
      <DialogActions>
        <Button onClick={() => decide(undefined)}>{conflict.keep}</Button>
        <Button look="danger" onClick={() => decide({ ...change, base: theirs })}>
          {conflict.deleteAnyway}
        </Button>
      </DialogActions>
    </>
  );
}
