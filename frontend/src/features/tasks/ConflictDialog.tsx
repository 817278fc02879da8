import { Button } from "@/components/Button";
import { Dialog, DialogActions } from "@/components/Dialog";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import type { Task } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { compare, type Difference } from "./conflict";
import styles from "./ConflictDialog.module.css";
import type { TaskChange } from "./pending-changes";

export interface Conflict {
  change: Exclude<TaskChange, { kind: "create" }>;
  /** The task as it stands at the gateway now. */
  theirs: Task;
}

interface ConflictDialogProps {
  conflict: Conflict;
  /** Neither: what was typed stays a draft, to be found when the task is opened again. */
  choose: (choice: "theirs" | "yours" | "neither") => void;
}

/** Someone else was first: nothing is overwritten until the person has chosen. */
export function ConflictDialog({ conflict: { change, theirs }, choose }: ConflictDialogProps) {
  const messages = useMessages(taskMessages).conflict;
  const deletes = change.kind === "delete";
  const rows = compare(theirs, change.kind === "update" ? change.patch : {});
  return (
    <Dialog title={messages.heading} close={() => choose("neither")} wide unasked>
      <p className={styles.explanation}>{deletes ? messages.onDelete : messages.onUpdate}</p>
      <div className={styles.versions} data-both={!deletes || undefined}>
        <Version heading={messages.theirs} side="theirs" rows={rows} />
        {!deletes && <Version heading={messages.yours} side="yours" rows={rows} />}
      </div>
      <DialogActions>
        <Button onClick={() => choose("theirs")}>{deletes ? messages.keep : messages.keepTheirs}</Button>
        <Button look="danger" onClick={() => choose("yours")}>
          {deletes ? messages.deleteAnyway : messages.overwrite}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface VersionProps {
  heading: string;
  side: "theirs" | "yours";
  rows: Difference[];
}

function Version({ heading, side, rows }: VersionProps) {
  const { conflict, none } = useMessages(taskMessages);
  const fields = useMessages(fieldMessages);
  return (
    <section aria-label={heading} className={styles.version}>
      <h3 className={styles.heading} data-side={side}>
        {heading}
      </h3>
      <dl className={styles.fields}>
        {rows.map((row) => (
          <div key={row.field} data-differs={!row.same || undefined} className={styles.difference}>
            <dt className={styles.label}>
              <span>{fields[row.field]}</span>
              {!row.same && <VisuallyHidden>{` ${conflict.differs}`}</VisuallyHidden>}
            </dt>
            <dd className={styles.value}>{row[side] ? <span>{row[side]}</span> : <span className={styles.none}>{none}</span>}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
