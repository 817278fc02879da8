import type { KeyboardEvent, RefObject } from "react";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { Input } from "@/components/Input";
import styles from "./AddLine.module.css";

interface AddLineProps {
  field: RefObject<HTMLInputElement | null>;
  label: string;
  button: string;
  text: string;
  limit: number;
  error: string | undefined;
  typed: (text: string) => void;
  add: () => void;
}

/** One more member of labels or checklist. Enter adds what is typed; an empty line leaves Enter to the form. */
export function AddLine({ field, label, button, text, limit, error, typed, add }: AddLineProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const saves = event.ctrlKey || event.metaKey;
    if (event.key !== "Enter" || saves || event.nativeEvent.isComposing || text.trim() === "") return;
    event.preventDefault();
    add();
  };
  return (
    <Field label={label} value={text} limit={limit} error={error}>
      {(tie) => (
        <div className={styles.line}>
          <Input
            {...tie}
            ref={field}
            value={text}
            onChange={(event) => typed(event.target.value)}
            onKeyDown={onKeyDown}
            autoComplete="off"
            enterKeyHint="enter"
          />
          <Button onClick={add}>{button}</Button>
        </div>
      )}
    </Field>
  );
}
