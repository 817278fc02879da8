"use client";

import { type FormEvent, useRef, useState } from "react";
import { Button } from "@/components/Button";
import { DialogActions } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { Input, TextArea } from "@/components/Input";
import { TASK_LIMITS } from "@/lib/api/limits";
import type { TaskInput } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { StatusField } from "./StatusField";
import styles from "./TaskForm.module.css";
import { taskErrors } from "./validation";

interface TaskFormProps {
  saveLabel: string;
  input: TaskInput;
  /** Told of every change, so that nothing typed is lost with the page. */
  changed: (input: TaskInput) => void;
  save: (input: TaskInput) => void;
  /** Leaves it as it is, to be found again. */
  cancel: () => void;
  throwAway: () => void;
  /** Whether there is anything that a person would miss. */
  hasText: (input: TaskInput) => boolean;
}

/** One form for a new task and for an old one. */
export function TaskForm({ saveLabel, input: initial, changed, save, cancel, throwAway, hasText }: TaskFormProps) {
  const messages = useMessages(taskMessages).form;
  const fields = useMessages(fieldMessages);
  const form = useRef<HTMLFormElement>(null);
  const [input, setInput] = useState(initial);
  const [tried, setTried] = useState(false);
  const errors = taskErrors(input);
  const put = (part: Partial<TaskInput>) => {
    const next = { ...input, ...part };
    setInput(next);
    changed(next);
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(errors).length === 0) save(input);
    else form.current?.querySelector<HTMLElement>("[data-invalid] :is(input, textarea)")?.focus();
  };

  // Too long is said at once; what is merely not there yet, only when one tries to go on.
  const titleError = tried || input.title.trim() !== "" ? errors.title : undefined;
  const statusError = tried || input.status !== "" ? errors.status : undefined;
  return (
    <form ref={form} onSubmit={submit} noValidate className={styles.form}>
      <div data-invalid={errors.title ? "" : undefined}>
        <Field label={fields.title} value={input.title} limit={TASK_LIMITS.title.maxLength} error={titleError}>
          {(tie) => (
            <Input
              {...tie}
              value={input.title}
              onChange={(event) => put({ title: event.target.value })}
              autoComplete="off"
              required
            />
          )}
        </Field>
      </div>
      <div data-invalid={errors.status ? "" : undefined}>
        <StatusField status={input.status} choose={(status) => put({ status })} error={statusError} />
      </div>
      <div data-invalid={errors.description ? "" : undefined}>
        <Field label={fields.description} value={input.description} limit={TASK_LIMITS.description.maxLength} error={errors.description}>
          {(tie) => (
            <TextArea
              {...tie}
              rows={5}
              value={input.description}
              onChange={(event) => put({ description: event.target.value })}
            />
          )}
        </Field>
      </div>
      <DialogActions>
        {hasText(input) && <Button look="text" onClick={throwAway}>{messages.throwAway}</Button>}
        <Button onClick={cancel}>{messages.cancel}</Button>
        <Button type="submit" look="primary">
          {saveLabel}
        </Button>
      </DialogActions>
    </form>
  );
}
