"use client";

import type { RefObject } from "react";
import { SearchIcon } from "@/components/icons/signed-in";
import type { Filter, StatusCount } from "./task-filter";

interface TaskFilterBarProps {
  filter: Filter;
  counts: StatusCount[];
  total: number;
  /** Whether `counts` counts them all, or only those read so far. */
  complete: boolean;
  choose: (change: Partial<Filter>) => void;
  search: RefObject<HTMLInputElement | null>;
}

/** Which contracts to show: by state, and by the words of their titles. */
export function TaskFilterBar({ filter, counts, total, complete, choose, search }: TaskFilterBarProps) {
  const chips = [
    { status: undefined, label: "All", count: `${total}` },
    ...counts.map(({ status, count }) => ({ status, label: status, count: complete ? `${count}` : `${count}+` })),
  ];
  return (
    <div className="hunt-bar">
      <div role="group" aria-label="Filter by state" className="chips">
        {chips.map(({ status, label, count }) => (
          <button
            key={label}
            type="button"
            className="chip"
            aria-pressed={filter.status?.toLowerCase() === status?.toLowerCase()}
            onClick={() => choose({ status })}
          >
            <span className="truncate">{label}</span> <span className="chip-count">{count}</span>
          </button>
        ))}
      </div>
      <div role="search" className="search">
        <SearchIcon />
        <input
          ref={search}
          type="search"
          className="search-line"
          aria-label="Search in titles"
          placeholder="Search titles"
          value={filter.words}
          onChange={(event) => choose({ words: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            choose({ words: "" });
            event.currentTarget.blur();
          }}
        />
        <kbd className="key" aria-hidden="true">
          /
        </kbd>
      </div>
    </div>
  );
}
