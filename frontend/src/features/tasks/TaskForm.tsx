"use client";

import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { Button } from "@/components/Button";
import { DialogActions } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { Input, TextArea } from "@/components/Input";
import { TASK_LIMITS } from "@/lib/api/limits";
import type { TaskField, TaskInput } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { type Item, newItem, withItem } from "./checklist";
import { ChecklistField } from "./ChecklistField";
import { FINISHED } from "./due";
import { DueField } from "./DueField";
import { focusInvalid } from "./focus-invalid";
import { withLabel } from "./labels";
import { LabelsField } from "./LabelsField";
import { ListField } from "./ListField";
import { PriorityField } from "./PriorityField";
import { StatusField } from "./StatusField";
import styles from "./TaskForm.module.css";
import { taskErrors } from "./validation";

interface TaskFormProps {
  saveLabel: string;
  input: TaskInput;
  /** The lists in use, to choose from. */
  lists: readonly string[];
  /** Told of every change, so that nothing typed is lost with the page. */
  changed: (input: TaskInput) => void;
  save: (input: TaskInput) => void;
  /** Leaves it as it is, to be found again. */
  cancel: () => void;
  throwAway: () => void;
  /** Whether there is anything that a person would miss. */
  hasText: (input: TaskInput) => boolean;
}

/** The label and the item that stand in their lines and were not yet added. */
interface Begun {
  label: string;
  item: Item;
}

const withBegun = (input: TaskInput, { label, item }: Begun): TaskInput => ({
  ...input,
  labels: withLabel(input.labels, label),
  checklist: withItem(input.checklist, item),
});

/** One form for a new task and for an old one. */
export function TaskForm({ saveLabel, input: initial, lists, changed, save, cancel, throwAway, hasText }: TaskFormProps) {
  const messages = useMessages(taskMessages).form;
  const fields = useMessages(fieldMessages);
  const form = useRef<HTMLFormElement>(null);
  const [input, setInput] = useState(initial);
  const [begun, setBegun] = useState<Begun>(() => ({ label: "", item: newItem() }));
  const [unfinished, setUnfinished] = useState(FINISHED);
  const [tried, setTried] = useState(false);
  const whole = withBegun(input, begun);
  const errors = taskErrors(whole);
  const put = (part: Partial<TaskInput>, lines: Partial<Begun> = {}) => {
    const [next, nextBegun] = [{ ...input, ...part }, { ...begun, ...lines }];
    setInput(next);
    setBegun(nextBegun);
    changed(withBegun(next, nextBegun));
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(errors).length === 0 && !unfinished.day && !unfinished.time) save(whole);
    else focusInvalid(form.current);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };

  // Too long is said at once; what is merely not there yet, only when one tries to go on.
  const titleError = tried || input.title.trim() !== "" ? errors.title : undefined;
  const statusError = tried || input.status !== "" ? errors.status : undefined;
  const invalid = (field: TaskField) => (errors[field] ? "" : undefined);
  return (
    <form ref={form} onSubmit={submit} onKeyDown={onKeyDown} noValidate className={styles.form}>
      <div data-invalid={invalid("title")}>
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
      <div data-invalid={invalid("status")}>
        <StatusField status={input.status} choose={(status) => put({ status })} error={statusError} />
      </div>
      <DueField
        due={input.due}
        choose={(due) => put({ due })}
        unfinished={unfinished}
        setUnfinished={setUnfinished}
        tried={tried}
      />
      <PriorityField priority={input.priority} choose={(priority) => put({ priority })} />
      <div data-invalid={invalid("list")}>
        <ListField list={input.list} lists={lists} choose={(list) => put({ list })} error={errors.list} />
      </div>
      <div data-invalid={invalid("labels")}>
        <LabelsField
          labels={input.labels}
          line={begun.label}
          put={(labels, label) => put({ labels }, { label })}
          error={errors.labels}
        />
      </div>
      <div data-invalid={invalid("checklist")}>
        <ChecklistField
          checklist={input.checklist}
          line={begun.item}
          put={(checklist, item) => put({ checklist }, { item })}
          error={errors.checklist}
        />
      </div>
      <div data-invalid={invalid("description")}>
        <Field
          label={fields.description}
          value={input.description}
          limit={TASK_LIMITS.description.maxLength}
          hint={messages.descriptionHint}
          error={errors.description}
        >
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
        {hasText(whole) && <Button look="text" onClick={throwAway}>{messages.throwAway}</Button>}
        <Button onClick={cancel}>{messages.cancel}</Button>
        <Button type="submit" look="primary">
          {saveLabel}
        </Button>
      </DialogActions>
    </form>
  );
}
