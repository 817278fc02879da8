"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/Button";
import { CharacterCount } from "@/components/CharacterCount";
import { useApi } from "@/features/session";
import { TASK_LIMITS, lengthOf } from "@/lib/api/limits";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { WORDS } from "@/lib/person-storage";
import { newKey } from "./pending-changes";
import styles from "./QuickAdd.module.css";

const KEY = `${WORDS}quick-add`;

/** With the key under which it will be sent: two tabs with the same line make one task. */
interface Line {
  title: string;
  key: string;
}

interface QuickAddProps {
  add: (title: string, key: string) => void;
  /** Opens the whole form, with what was typed so far. */
  openForm: (title: string) => void;
}

/** A new task from one line. */
export function QuickAdd({ add, openForm }: QuickAddProps) {
  const { quickAdd } = useMessages(taskMessages);
  const noteId = useId();
  const { storage } = useApi();
  // What was typed before a reload, a look into the journal, or the end of a session.
  const [{ title, key }, setLine] = useState<Line>(() => storage.read<Line>(KEY) ?? { title: "", key: newKey() });
  const length = lengthOf(title.trim());
  const tooLong = length > TASK_LIMITS.title.maxLength;

  const put = (line: Line) => {
    setLine(line);
    if (line.title) storage.write(KEY, line);
    else storage.drop(KEY);
  };
  const clear = () => put({ title: "", key: newKey() });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (length === 0 || tooLong) return;
    add(title.trim(), key);
    clear();
  };

  return (
    <form onSubmit={submit} className={styles.form} aria-label={quickAdd.form}>
      <input
        className={styles.input}
        aria-label={quickAdd.label}
        aria-describedby={noteId}
        aria-invalid={tooLong || undefined}
        placeholder={quickAdd.placeholder}
        value={title}
        onChange={(event) => put({ title: event.target.value, key })}
        autoComplete="off"
        enterKeyHint="done"
      />
      <span id={noteId} className={styles.note}>
        <CharacterCount used={length} limit={TASK_LIMITS.title.maxLength} />
      </span>
      <Button
        look="text"
        className={styles.more}
        onClick={() => {
          openForm(title.trim());
          clear();
        }}
      >
        {quickAdd.more}
      </Button>
      <Button type="submit" look="primary" className={styles.submit} disabled={tooLong}>
        {quickAdd.submit}
      </Button>
    </form>
  );
}
