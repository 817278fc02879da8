"use client";

import { useState } from "react";
import { Field, FieldGroup } from "@/components/Field";
import { Input } from "@/components/Input";
import { TASK_LIMITS } from "@/lib/api/limits";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { Choices } from "./Choices";
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
  const [other, setOther] = useState(toneOf(status) === "other");
  const take = (chosen: string, isOther: boolean) => {
    setOther(isOther);
    choose(chosen);
  };

  const offered = STATUSES.map((label) => ({
    label,
    checked: !other && toneOf(status) === toneOf(label),
    choose: () => take(label, false),
  }));
  const own = { label: form.otherStatus, checked: other, choose: () => take("", true) };
  return (
    <FieldGroup label={fields.status}>
      <Choices choices={[...offered, own]} />
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
