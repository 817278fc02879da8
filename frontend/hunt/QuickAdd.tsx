"use client";

import { type FormEvent, useId, useState } from "react";
import { LIMITS, lengthOf } from "@/api/contract";
import { Allowance } from "@/controls/Allowance";
import { Button } from "@/controls/Button";
import { tabMemory } from "@/session/tab-memory";

const KEY = "quick-add";

/** What was typed before a reload, a look into the journal, or the end of a session. */
const leftLine = () => tabMemory.read<string>(KEY) ?? "";

interface QuickAddProps {
  add: (title: string) => void;
  /** Opens the whole form, with what was typed so far. */
  elaborate: (title: string) => void;
}

/** A new contract from one line. */
export function QuickAdd({ add, elaborate }: QuickAddProps) {
  const noteId = useId();
  const [title, setTitle] = useState(leftLine);
  const length = lengthOf(title.trim());
  const tooLong = length > LIMITS.title;

  const put = (words: string) => {
    setTitle(words);
    tabMemory.write(KEY, words);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (length === 0 || tooLong) return;
    add(title.trim());
    put("");
  };

  return (
    <form onSubmit={submit} className="quick-add" aria-label="Swear a contract">
      <input
        className="quick-add-line"
        aria-label="Title of a new contract"
        aria-describedby={noteId}
        aria-invalid={tooLong || undefined}
        placeholder="Name your prey…"
        value={title}
        onChange={(event) => put(event.target.value)}
        autoComplete="off"
        enterKeyHint="done"
      />
      <span id={noteId} className="shrink-0 empty:hidden">
        <Allowance used={length} limit={LIMITS.title} />
      </span>
      <button
        type="button"
        className="text-button hidden sm:inline-flex"
        onClick={() => {
          elaborate(title.trim());
          put("");
        }}
      >
        More…
      </button>
      <Button type="submit" look="lantern" disabled={tooLong}>
        Swear
      </Button>
    </form>
  );
}
