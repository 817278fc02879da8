import { useId, useState } from "react";
import { Button } from "@/components/Button";
import { DialogActions } from "@/components/Dialog";
import { FieldGroup } from "@/components/Field";
import type { Task, TaskField, TaskInput, TaskPatch } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { merge } from "./conflict";
import styles from "./ConflictDialog.module.css";
import { fieldText } from "./field-text";
import { FIELDS, inputOf } from "./fields";
import type { TaskChange } from "./pending-changes";

interface UpdateConflictProps {
  change: Extract<TaskChange, { kind: "update" }>;
  theirs: Task;
  decide: (change: TaskChange | undefined) => void;
}

/** Theirs and yours of each field of which one side must give way. */
export function UpdateConflict({ change, theirs, decide }: UpdateConflictProps) {
  const { conflict } = useMessages(taskMessages);
  const names = useMessages(fieldMessages);
  const { patch, clashing } = merge(change.patch, change.base, theirs);
  const fields = FIELDS.filter((field) => field in clashing);
  const [keptTheirs, setKeptTheirs] = useState<ReadonlySet<TaskField>>(new Set());
  const several = fields.length > 1;

  const keep = (field: TaskField, side: "theirs" | "yours") =>
    setKeptTheirs((kept) => new Set([...kept].filter((one) => one !== field).concat(side === "theirs" ? [field] : [])));
  const write = (chosen: readonly TaskField[]) => {
    const mine = Object.fromEntries(chosen.map((field) => [field, clashing[field]])) as TaskPatch;
    const written = { ...patch, ...mine };
    decide(Object.keys(written).length > 0 ? { ...change, base: theirs, patch: written } : undefined);
  };

  const withPatch = { ...inputOf(theirs), ...patch };
  return (
    <>
      <p className={styles.explanation}>{conflict.onUpdate(change.base.title)}</p>
      <div className={styles.fields}>
        {fields.map((field) => (
          <FieldGroup key={field} label={names[field]}>
            <Sides
              field={field}
              theirs={withPatch}
              yours={{ ...withPatch, ...clashing }}
              {...(several && { kept: keptTheirs.has(field) ? "theirs" : "yours", keep: (side) => keep(field, side) })}
            />
          </FieldGroup>
        ))}
      </div>
      <DialogActions>
        <Button onClick={() => write([])}>{conflict.keepTheirs}</Button>
        <Button look="danger" onClick={() => write(fields.filter((field) => !keptTheirs.has(field)))}>
          {several ? conflict.saveChosen : conflict.overwrite}
        </Button>
      </DialogActions>
    </>
  );
}

interface SidesProps {
  field: TaskField;
  theirs: TaskInput;
  yours: TaskInput;
  /** Which is kept, where there are several fields to choose for. */
  kept?: "theirs" | "yours";
  keep?: (side: "theirs" | "yours") => void;
}

function Sides({ field, theirs, yours, kept, keep }: SidesProps) {
  const { conflict, facts, none } = useMessages(taskMessages);
  const name = useId();
  const versions = { theirs, yours };
  return (
    <div className={styles.sides}>
      {(["theirs", "yours"] as const).map((side) => {
        const text = fieldText(versions[side], field, facts.priorities);
        const value = (
          <>
            <span className={styles.heading} data-side={side}>
              {keep && <input type="radio" name={name} checked={kept === side} onChange={() => keep(side)} />}
              <span>{conflict[side]}</span>
            </span>{" "}
            <span className={styles.value}>{text ? <span>{text}</span> : <span className={styles.none}>{none}</span>}</span>
          </>
        );
        return keep ? (
          <label key={side} className={styles.version} data-kept={kept === side || undefined}>
            {value}
          </label>
        ) : (
          <section key={side} aria-label={conflict[side]} className={styles.version}>
            {value}
          </section>
        );
      })}
    </div>
  );
}
