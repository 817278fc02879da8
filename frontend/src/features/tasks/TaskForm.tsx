"use client";

import { type FormEvent, useRef, useState } from "react";
import { LIMITS, type TaskInput } from "@/lib/api/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { taskErrors } from "./validation";
import { StatusField } from "./StatusField";

interface TaskFormProps {
  heading: string;
  saveLabel: string;
  draft: TaskInput;
  /** Told of every change, so that nothing typed is lost with the page. */
  keep: (draft: TaskInput) => void;
  save: (draft: TaskInput) => void;
  close: () => void;
}

/** One form for a new contract and for an old one. */
export function TaskForm({ heading, saveLabel, draft: initial, keep, save, close }: TaskFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(initial);
  const [tried, setTried] = useState(false);
  const faults = taskErrors(draft);
  const put = (part: Partial<TaskInput>) => {
    const changed = { ...draft, ...part };
    setDraft(changed);
    keep(changed);
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faults).length === 0) save(draft);
    else form.current?.querySelector<HTMLElement>("[data-faulty] input, [data-faulty] textarea")?.focus();
  };

  // Too long is said at once; what is merely not there yet, only when one tries to go on.
  const titleFault = tried || draft.title.trim() !== "" ? faults.title : undefined;
  return (
    <Dialog title={heading} close={close}>
      <form ref={form} onSubmit={submit} noValidate className="grid gap-5">
        <div data-faulty={faults.title ? "" : undefined}>
          <Field label="Title" value={draft.title} limit={LIMITS.title} fault={titleFault}>
            {(tie) => (
              <input
                {...tie}
                className="input"
                value={draft.title}
                onChange={(event) => put({ title: event.target.value })}
                autoComplete="off"
                required
              />
            )}
          </Field>
        </div>
        <div data-faulty={faults.status ? "" : undefined}>
          <StatusField
            status={draft.status}
            choose={(status) => put({ status })}
            fault={tried || draft.status !== "" ? faults.status : undefined}
          />
        </div>
        <div data-faulty={faults.description ? "" : undefined}>
          <Field
            label="Particulars"
            value={draft.description}
            limit={LIMITS.description}
            fault={faults.description}
          >
            {(tie) => (
              <textarea
                {...tie}
                className="input min-h-32 resize-y"
                rows={5}
                value={draft.description}
                onChange={(event) => put({ description: event.target.value })}
              />
            )}
          </Field>
        </div>
        <footer className="flex flex-wrap justify-end gap-3">
          <Button onClick={close}>Leave it</Button>
          <Button type="submit" look="lantern">
            {saveLabel}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
