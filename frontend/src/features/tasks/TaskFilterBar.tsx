"use client";

import type { RefObject } from "react";
import { SearchIcon } from "@/components/icons/list-icons";
import { Kbd } from "@/components/Kbd";
import { useSingleKeys } from "@/lib/keyboard/single-keys";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { foldStatus } from "./status";
import type { Filter, StatusCount } from "./task-filter";
import styles from "./TaskFilterBar.module.css";

interface TaskFilterBarProps {
  filter: Filter;
  counts: StatusCount[];
  total: number;
  /** Whether `counts` counts them all, or only those loaded so far. */
  complete: boolean;
  change: (change: Partial<Filter>) => void;
  search: RefObject<HTMLInputElement | null>;
}

/** Which tasks to show: by status, and by the words of their titles. */
export function TaskFilterBar({ filter, counts, total, complete, change, search }: TaskFilterBarProps) {
  const messages = useMessages(taskMessages).filter;
  const keys = useSingleKeys();
  const chips = [
    { status: undefined, label: messages.all, count: `${total}` },
    ...counts.map(({ status, count }) => ({ status, label: status, count: complete ? `${count}` : `${count}+` })),
  ];
  const isChosen = (status: string | undefined) =>
    status === undefined || filter.status === undefined
      ? status === filter.status
      : foldStatus(status) === foldStatus(filter.status);
  return (
    <div className={styles.bar}>
      <div role="group" aria-label={messages.label} className={styles.chips}>
        {chips.map(({ status, label, count }) => (
          <button
            key={status ?? ""}
            type="button"
            className={styles.chip}
            aria-pressed={isChosen(status)}
            onClick={() => change({ status })}
          >
            <span className={styles.chipLabel}>{label}</span> <span className={styles.count}>{count}</span>
          </button>
        ))}
      </div>
      <div role="search" className={styles.search}>
        <SearchIcon />
        <input
          ref={search}
          type="search"
          className={styles.input}
          aria-label={messages.search}
          placeholder={messages.placeholder}
          value={filter.words}
          onChange={(event) => change({ words: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            change({ words: "" });
            event.currentTarget.blur();
          }}
        />
        {keys && (
          <Kbd hidden className={styles.key}>
            /
          </Kbd>
        )}
      </div>
    </div>
  );
}
