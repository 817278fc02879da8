"use client";

import { useId, useState } from "react";
import { Field, FieldGroup } from "@/components/Field";
import { Input } from "@/components/Input";
import { TASK_LIMITS } from "@/lib/api/limits";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import styles from "./StatusField.module.css";
import { STATUSES, toneOf } from "./status";

interface StatusFieldProps {
  status: string;
  choose: (status: string) => void;
  error: string | undefined;
}

/** The offered statuses, and a field for any other words. */
export function StatusField({ status, choose, error }: StatusFieldProps) {
  const { form } = useMessages(taskMessages);
  const fields = useMessages(fieldMessages);
  const name = useId();
  const [other, setOther] = useState(toneOf(status) === "other");

  const choice = (label: string, checked: boolean, chosen: () => void) => (
    <label key={label} className={styles.choice} data-checked={checked || undefined}>
      <input type="radio" name={name} className={styles.radio} checked={checked} onChange={chosen} />
      <span>{label}</span>
    </label>
  );
  return (
    <FieldGroup label={fields.status}>
      <div className={styles.choices}>
        {STATUSES.map((offered) =>
          choice(offered, !other && toneOf(status) === toneOf(offered), () => {
            setOther(false);
            choose(offered);
          }),
        )}
        {choice(form.otherStatus, other, () => {
          setOther(true);
          choose("");
        })}
      </div>
      {other && (
        <div className={styles.other}>
          <Field label={form.otherStatusLabel} value={status} limit={TASK_LIMITS.status.maxLength} error={error}>
            {(tie) => (
              <Input {...tie} value={status} onChange={(event) => choose(event.target.value)} autoComplete="off" />
            )}
          </Field>
        </div>
      )}
    </FieldGroup>
  );
}
