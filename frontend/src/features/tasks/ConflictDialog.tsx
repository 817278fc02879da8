import { Button } from "@/components/Button";
import { Dialog, DialogActions } from "@/components/Dialog";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import type { Task, TaskField } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { compare, type Comparison, rebase } from "./conflict";
import styles from "./ConflictDialog.module.css";
import { fieldText } from "./field-text";
import { FIELDS } from "./fields";
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
  const versions = compare(theirs, change.kind === "update" ? rebase(change.patch, change.base, theirs) : {});
  return (
    <Dialog title={messages.heading} close={() => choose("neither")} wide unasked>
      <p className={styles.explanation}>{deletes ? messages.onDelete : messages.onUpdate}</p>
      <div className={styles.versions} data-both={!deletes || undefined}>
        <Version heading={messages.theirs} side="theirs" versions={versions} />
        {!deletes && <Version heading={messages.yours} side="yours" versions={versions} />}
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
  versions: Comparison;
}

function Version({ heading, side, versions }: VersionProps) {
  const { conflict, facts, none } = useMessages(taskMessages);
  const fields = useMessages(fieldMessages);
  const textOf = (of: "theirs" | "yours", field: TaskField) => fieldText(versions[of], field, facts.priorities);
  const filled = FIELDS.filter((field) => textOf("theirs", field) || textOf("yours", field));
  return (
    <section aria-label={heading} className={styles.version}>
      <h3 className={styles.heading} data-side={side}>
        {heading}
      </h3>
      <dl className={styles.fields}>
        {filled.map((field) => {
          const differs = versions.differing.has(field);
          const text = textOf(side, field);
          return (
            <div key={field} data-differs={differs || undefined} className={styles.difference}>
              <dt className={styles.label}>
                <span>{fields[field]}</span>
                {differs && <VisuallyHidden>{` ${conflict.differs}`}</VisuallyHidden>}
              </dt>
              <dd className={styles.value}>
                {text ? <span>{text}</span> : <span className={styles.none}>{none}</span>}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
