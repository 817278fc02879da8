"use client";

import { type FormEvent, type ClipboardEvent, type KeyboardEvent, lazy, type RefObject, Suspense, useEffect, useId, useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { CharacterCount } from "@/components/CharacterCount";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { TASK_LIMITS, lengthOf } from "@/lib/api/limits";
import type { TaskInput } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { quickAddMessages } from "@/lib/messages/quick-add";
import { taskMessages } from "@/lib/messages/tasks";
import { newInput } from "./fields";
import { linesOf } from "./pasted-lines";
import { type Chip, fieldsOf, understand } from "./quick-add-text";
import { chipText, QuickAddChips } from "./QuickAddChips";
import styles from "./QuickAdd.module.css";
import { useDueFinder } from "./use-due-finder";
import { useTypedLine } from "./use-typed-line";

/** Several lines that were pasted, and the part of the text that they would replace. */
interface Paste {
  lines: readonly string[];
  from: number;
  to: number;
}

const PastedLines = lazy(() => import("./PastedLines"));

interface QuickAddProps {
  line: RefObject<HTMLInputElement | null>;
  add: (input: TaskInput, key: string) => void;
  addMany: (inputs: TaskInput[]) => void;
  /** Opens the whole form, with what was typed so far. */
  openForm: (input: TaskInput) => void;
}

/** A new task from one line. What is sent is what the chips say, and the words that are left. */
export function QuickAdd({ line: input, add, addMany, openForm }: QuickAddProps) {
  const { quickAdd } = useMessages(taskMessages);
  const messages = useMessages(quickAddMessages);
  const noteId = useId();
  const { line, type, keepWords: keepTyped, clear } = useTypedLine();
  const { text, kept } = line;
  const [pasted, setPasted] = useState<Paste>();
  const { findDue, load } = useDueFinder(line.at);
  const { title, chips } = useMemo(() => understand(text, kept, findDue), [text, kept, findDue]);
  const task = { ...newInput(title), ...fieldsOf(chips) };
  const length = lengthOf(title);
  const tooLong = length > TASK_LIMITS.title.maxLength;

  const begun = text !== "";
  useEffect(() => {
    if (begun) load();
  }, [begun, load]);

  const keepWords = (chip: Chip) => {
    keepTyped(chip.text);
    input.current?.focus();
  };
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (length === 0 || tooLong) return;
    add(task, line.key);
    clear();
  };
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const lines = linesOf(event.clipboardData.getData("text/plain"));
    if (lines.length < 2) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    setPasted({ lines, from: selectionStart ?? text.length, to: selectionEnd ?? text.length });
  };
  const closePaste = () => {
    setPasted(undefined);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const { selectionStart, selectionEnd } = event.currentTarget;
    const chip = chips.find(({ end }) => end === selectionStart && end === selectionEnd);
    if (event.key === "Backspace" && chip) {
      event.preventDefault();
      keepWords(chip);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
  };

  return (
    <>
      <form onSubmit={submit} className={styles.form} aria-label={quickAdd.form}>
        <input
          ref={input}
          className={styles.input}
          aria-label={quickAdd.label}
          aria-describedby={noteId}
          aria-invalid={tooLong || undefined}
          placeholder={quickAdd.placeholder}
          value={text}
          onFocus={load}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
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
            openForm(task);
            clear();
          }}
        >
          {quickAdd.more}
        </Button>
        <Button type="submit" look="primary" className={styles.submit} disabled={tooLong}>
          {quickAdd.submit}
        </Button>
        <QuickAddChips chips={chips} keepWords={keepWords} />
        <VisuallyHidden role="status">
          {chips.length > 0 ? messages.said(chips.map((chip) => chipText(chip, messages)).join("; ")) : ""}
        </VisuallyHidden>
      </form>
      {pasted && (
        <Suspense>
          <PastedLines
            lines={pasted.lines}
            create={(inputs) => {
              addMany(inputs);
              closePaste();
            }}
            join={() => {
              type(text.slice(0, pasted.from) + pasted.lines.join(" ") + text.slice(pasted.to));
              closePaste();
            }}
            close={closePaste}
          />
        </Suspense>
      )}
    </>
  );
}
