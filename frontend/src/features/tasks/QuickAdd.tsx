"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/Button";
import { CharacterCount } from "@/components/CharacterCount";
import { TASK_LIMITS, lengthOf } from "@/lib/api/limits";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { tabStorage } from "@/lib/tab-storage";
import styles from "./QuickAdd.module.css";

const KEY = "quick-add";

/** What was typed before a reload, a look into the journal, or the end of a session. */
const storedTitle = () => tabStorage.read<string>(KEY) ?? "";

interface QuickAddProps {
  add: (title: string) => void;
  /** Opens the whole form, with what was typed so far. */
  openForm: (title: string) => void;
}

/** A new task from one line. */
export function QuickAdd({ add, openForm }: QuickAddProps) {
  const { quickAdd } = useMessages(taskMessages);
  const noteId = useId();
  const [title, setTitle] = useState(storedTitle);
  const length = lengthOf(title.trim());
  const tooLong = length > TASK_LIMITS.title.maxLength;

  const put = (words: string) => {
    setTitle(words);
    tabStorage.write(KEY, words);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (length === 0 || tooLong) return;
    add(title.trim());
    put("");
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
        onChange={(event) => put(event.target.value)}
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
          put("");
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
