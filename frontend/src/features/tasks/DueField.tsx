"use client";

import { useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { Field, FieldGroup } from "@/components/Field";
import { Input, Select } from "@/components/Input";
import type { Task } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { dueFrom, type DueParts, FIRST_DAY, LAST_DAY, partsOf, zones } from "./due";
import styles from "./DueField.module.css";

interface DueFieldProps {
  due: Task["due"];
  choose: (due: Task["due"]) => void;
  error: string | undefined;
}

/** A day, and if wanted an hour of it in a zone. */
export function DueField({ due, choose, error }: DueFieldProps) {
  const { form } = useMessages(taskMessages);
  const fields = useMessages(fieldMessages);
  // The parts stay while the day is typed anew, and is none for a moment.
  const [parts, setParts] = useState(() => partsOf(due));
  const { day, time, zone } = parts;
  const offered = useMemo(() => zones(zone), [zone]);
  const put = (part: Partial<DueParts>) => {
    const next = { ...parts, ...part };
    setParts(next);
    choose(dueFrom(next));
  };

  return (
    <FieldGroup label={fields.due}>
      <div className={styles.parts}>
        <Field label={form.dueDay} value={day} error={error}>
          {(tie) => (
            <Input
              {...tie}
              type="date"
              min={FIRST_DAY}
              max={LAST_DAY}
              value={day}
              onChange={(event) => put({ day: event.target.value })}
            />
          )}
        </Field>
        <Field label={form.dueTime} value={time}>
          {(tie) => (
            <Input {...tie} type="time" value={time} onChange={(event) => put({ time: event.target.value.slice(0, 5) })} />
          )}
        </Field>
        {time && (
          <div className={styles.zone}>
            <Field label={form.dueZone} value={zone}>
              {(tie) => (
                <Select {...tie} value={zone} onChange={(event) => put({ zone: event.target.value })}>
                  {offered.map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        )}
      </div>
      {(day || time) && (
        <Button look="text" onClick={() => put(partsOf(null))}>
          {form.dueClear}
        </Button>
      )}
    </FieldGroup>
  );
}
