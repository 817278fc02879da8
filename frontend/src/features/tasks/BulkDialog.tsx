import { type FormEvent, useId, useRef, useState } from "react";
import { Button } from "@/components/Button";
import { Dialog, DialogActions } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { Input } from "@/components/Input";
import { TASK_LIMITS, lengthOf } from "@/lib/api/limits";
import type { Task } from "@/lib/api/types";
import { getMessages, useMessages } from "@/lib/messages";
import { bulkMessages } from "@/lib/messages/bulk";
import { taskMessages } from "@/lib/messages/tasks";
import type { BulkAction } from "./bulk-change";
import { FINISHED } from "./due";
import { DueField } from "./DueField";
import { focusInvalid } from "./focus-invalid";
import { ListField } from "./ListField";
import { PriorityField } from "./PriorityField";
import { dueErrors } from "./validation";

export type BulkField = "list" | "labels" | "priority" | "due";

interface BulkDialogProps {
  field: BulkField;
  selected: readonly Task[];
  lists: readonly string[];
  change: (action: BulkAction) => void;
  close: () => void;
}

/** One field for all selected tasks. It begins with their common value. */
export function BulkDialog(props: BulkDialogProps) {
  const { field, selected, close } = props;
  const messages = useMessages(bulkMessages);
  return (
    <Dialog title={messages.heading(selected.length)} close={close}>
      {field === "labels" ? <LabelForm {...props} /> : <ValueForm {...props} field={field} />}
    </Dialog>
  );
}

interface Values {
  list: string;
  priority: number;
  due: Task["due"];
}

function ValueForm({ field, selected, lists, change, close }: BulkDialogProps & { field: keyof Values }) {
  const messages = useMessages(bulkMessages);
  const [values, setValues] = useState<Values>(() => commonValues(selected));
  const [unfinished, setUnfinished] = useState(FINISHED);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const put = (part: Partial<Values>) => setValues({ ...values, ...part });
  const error = tooLong(values.list.trim(), TASK_LIMITS.list.maxLength);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (error || Object.keys(dueErrors(values.due, unfinished)).length > 0) return focusInvalid(form.current);
    change({ kind: "set", fields: { [field]: field === "list" ? values.list.trim() : values[field] } });
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      {field === "list" && (
        <div data-invalid={error && ""}>
          <ListField list={values.list} lists={lists} choose={(list) => put({ list })} error={error} />
        </div>
      )}
      {field === "priority" && <PriorityField priority={values.priority} choose={(priority) => put({ priority })} />}
      {field === "due" && (
        <DueField
          due={values.due}
          choose={(due) => put({ due })}
          unfinished={unfinished}
          setUnfinished={setUnfinished}
          tried={tried}
        />
      )}
      <DialogActions>
        <Button onClick={close}>{messages.cancel}</Button>
        <Button type="submit" look="primary">
          {messages.apply}
        </Button>
      </DialogActions>
    </form>
  );
}

function LabelForm({ selected, change, close }: BulkDialogProps) {
  const messages = useMessages(bulkMessages);
  const offeredId = useId();
  const [label, setLabel] = useState("");
  const [tried, setTried] = useState(false);
  const error = tooLong(label.trim(), TASK_LIMITS.labels.items.maxLength) ?? (tried && !label.trim() ? messages.labelMissing : undefined);
  const apply = (kind: "addLabel" | "removeLabel") => {
    setTried(true);
    if (label.trim() && !error) change({ kind, label: label.trim() });
  };
  const inUse = [...new Set(selected.flatMap(({ labels }) => labels))];
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        apply("addLabel");
      }}
    >
      <Field label={messages.label} value={label} limit={TASK_LIMITS.labels.items.maxLength} error={error}>
        {(tie) => (
          <>
            <Input {...tie} value={label} list={offeredId} onChange={(event) => setLabel(event.target.value)} autoComplete="off" />
            <datalist id={offeredId}>
              {inUse.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <DialogActions>
        <Button onClick={close}>{messages.cancel}</Button>
        <Button onClick={() => apply("removeLabel")}>{messages.removeLabel}</Button>
        <Button type="submit" look="primary">
          {messages.addLabel}
        </Button>
      </DialogActions>
    </form>
  );
}

function commonValues(tasks: readonly Task[]): Values {
  const common = <T,>(read: (task: Task) => T, otherwise: T) => {
    const [first, ...rest] = tasks.map(read);
    return first !== undefined && rest.every((value) => JSON.stringify(value) === JSON.stringify(first)) ? first : otherwise;
  };
  return {
    list: common(({ list }) => list, ""),
    priority: common(({ priority }) => priority, 0),
    due: common<Task["due"]>(({ due }) => due, null),
  };
}

function tooLong(text: string, most: number): string | undefined {
  return lengthOf(text) > most ? getMessages(taskMessages).form.tooLong(most) : undefined;
}
