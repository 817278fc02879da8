"use client";

import { type FormEvent, useId, useState } from "react";
import { LIMITS, lengthOf } from "@/lib/api/types";
import { CharacterCount } from "@/components/CharacterCount";
import { Button } from "@/components/Button";
import { tabStorage } from "@/lib/tab-storage";

const KEY = "quick-add";

/** What was typed before a reload, a look into the journal, or the end of a session. */
const leftLine = () => tabStorage.read<string>(KEY) ?? "";

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
    tabStorage.write(KEY, words);
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
        <CharacterCount used={length} limit={LIMITS.title} />
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
