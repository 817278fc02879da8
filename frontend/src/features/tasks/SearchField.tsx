"use client";

import type { KeyboardEvent, RefObject } from "react";
import { SearchIcon } from "@/components/icons/list-icons";
import { Kbd } from "@/components/Kbd";
import { useSingleKeys } from "@/lib/keyboard/single-keys";
import { useMessages } from "@/lib/messages";
import { viewMessages } from "@/lib/messages/views";
import styles from "./SearchField.module.css";

interface SearchFieldProps {
  words: string;
  change: (words: string) => void;
  field: RefObject<HTMLInputElement | null>;
}

/** Searches titles, descriptions, labels and checklists. */
export function SearchField({ words, change, field }: SearchFieldProps) {
  const { search } = useMessages(viewMessages);
  const keys = useSingleKeys();
  const clear = (event: KeyboardEvent<HTMLInputElement>) => {
    // While an input method converts, Escape ends the conversion.
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    change("");
    event.currentTarget.blur();
  };
  return (
    <div role="search" className={styles.search}>
      <SearchIcon />
      <input
        ref={field}
        type="search"
        className={styles.input}
        aria-label={search.label}
        placeholder={search.placeholder}
        value={words}
        onChange={(event) => change(event.target.value)}
        onKeyDown={clear}
      />
      {keys && (
        <Kbd hidden className={styles.key}>
          /
        </Kbd>
      )}
    </div>
  );
}
