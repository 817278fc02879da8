"use client";

import { type SyntheticEvent, useMemo, useRef, useState } from "react";
import { Button } from "@/components/Button";
import { Field, FieldGroup } from "@/components/Field";
import { Input, Select } from "@/components/Input";
import type { Task } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { dueFrom, type DueParts, FINISHED, FIRST_DAY, LAST_DAY, partsOf, type Unfinished, zones } from "./due";
import styles from "./DueField.module.css";
import { dueErrors } from "./validation";

interface DueFieldProps {
  due: Task["due"];
  choose: (due: Task["due"]) => void;
  unfinished: Unfinished;
  setUnfinished: (unfinished: Unfinished) => void;
  /** Whether one tried to go on: what is merely not there yet is said only then. */
  tried: boolean;
}

/** A day, and if wanted an hour of it in a zone. */
export function DueField({ due, choose, unfinished, setUnfinished, tried }: DueFieldProps) {
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
  const errors = dueErrors(due, unfinished);
  const isSaid = (part: keyof Unfinished) => tried || parts[part] !== "";
  const inputs = useRef<HTMLDivElement>(null);
  const clear = () => {
    // What is half written is in the browser's fields alone.
    for (const input of inputs.current?.querySelectorAll("input") ?? []) input.value = "";
    inputs.current?.querySelector("input")?.focus();
    setUnfinished(FINISHED);
    put(partsOf(null));
  };
  /** Begun fields tell of no change, as their value is none, too. */
  const watch = (part: keyof Unfinished) => {
    const look = ({ currentTarget }: SyntheticEvent<HTMLInputElement>) => {
      const { badInput } = currentTarget.validity;
      if (badInput !== unfinished[part]) setUnfinished({ ...unfinished, [part]: badInput });
    };
    return { onKeyUp: look, onBlur: look, onInput: look };
  };

  return (
    <FieldGroup label={fields.due}>
      <div ref={inputs} className={styles.parts}>
        <div data-invalid={errors.day && ""}>
          <Field label={form.dueDay} value={day} error={isSaid("day") ? errors.day : undefined}>
            {(tie) => (
              <Input
                {...tie}
                {...watch("day")}
                type="date"
                min={FIRST_DAY}
                max={LAST_DAY}
                value={day}
                onChange={(event) => put({ day: event.target.value })}
              />
            )}
          </Field>
        </div>
        <div data-invalid={errors.time && ""}>
          <Field label={form.dueTime} value={time} error={isSaid("time") ? errors.time : undefined}>
            {(tie) => (
              <Input
                {...tie}
                {...watch("time")}
                type="time"
                value={time}
                onChange={(event) => put({ time: event.target.value.slice(0, 5) })}
              />
            )}
          </Field>
        </div>
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
      {(day || time || unfinished.day || unfinished.time) && (
        <Button look="text" onClick={clear}>
          {form.dueClear}
        </Button>
      )}
    </FieldGroup>
  );
}
