import { useId } from "react";
import { Field } from "@/components/Field";
import { Input } from "@/components/Input";
import { TASK_LIMITS } from "@/lib/api/limits";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";

interface ListFieldProps {
  list: string;
  /** Those in use. */
  lists: readonly string[];
  choose: (list: string) => void;
  error: string | undefined;
}

/** One of the lists in use, or a new one. */
export function ListField({ list, lists, choose, error }: ListFieldProps) {
  const { form } = useMessages(taskMessages);
  const fields = useMessages(fieldMessages);
  const offeredId = useId();
  return (
    <Field label={fields.list} value={list} limit={TASK_LIMITS.list.maxLength} hint={form.listHint} error={error}>
      {(tie) => (
        <>
          <Input
            {...tie}
            value={list}
            list={offeredId}
            onChange={(event) => choose(event.target.value)}
            autoComplete="off"
          />
          <datalist id={offeredId}>
            {lists.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
