"use client";

import type { ReactNode } from "react";
import type { Facets, Sort } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import { foldStatus, STATUSES } from "./status";
import { defaultSort, SORTS, type TaskFilter } from "./task-filter";
import { orderOf } from "./task-order";
import styles from "./TaskFilterBar.module.css";

interface TaskFilterBarProps {
  filter: TaskFilter;
  facets: Facets | undefined;
  change: (change: Partial<TaskFilter>) => void;
  roomy: boolean;
  setRoomy: (roomy: boolean) => void;
  search: ReactNode;
}

const PRIORITIES = [3, 2, 1];

/** What narrows a view, in a line that scrolls; how it is arranged, always in sight where there is room; and the search. */
export function TaskFilterBar({ filter, facets, change, roomy, setRoomy, search }: TaskFilterBarProps) {
  const { filter: messages } = useMessages(taskMessages);
  const { filters } = useMessages(viewMessages);
  const { view, statuses, priorities, completed, order } = filter;
  const sort = filter.sort ?? defaultSort(view);
  const reversed = order !== undefined && order !== orderOf(sort);
  const chip = (key: string, label: string, chosen: boolean, choose: () => void) => (
    <button key={key} type="button" className={styles.chip} aria-pressed={chosen} onClick={choose}>
      <span className={styles.chipLabel}>{label}</span>
    </button>
  );
  const isChosen = (status: string) => statuses.some((chosen) => foldStatus(chosen) === foldStatus(status));
  return (
    <div className={styles.bar}>
      <div className={styles.line}>
        <div role="group" aria-label={messages.label} className={styles.chips}>
          {chip("all", messages.all, statuses.length === 0, () => change({ statuses: [] }))}
          {offered(facets, statuses).map((status) =>
            chip(`status ${status}`, status, isChosen(status), () => change({ statuses: isChosen(status) ? [] : [status] })),
          )}
          {PRIORITIES.map((priority) =>
            chip(`priority ${priority}`, filters.priorities[priority] ?? "", priorities.includes(priority), () =>
              change({ priorities: toggled(priorities, priority) }),
            ),
          )}
          {view.kind !== "trash" && chip("completed", filters.completed, completed, () => change({ completed: !completed }))}
        </div>
        <div role="group" aria-label={filters.arrangement} className={styles.arrangement}>
          <select
            className={styles.sort}
            aria-label={filters.sort}
            value={sort}
            onChange={(event) => change({ sort: event.target.value as Sort, order: undefined })}
          >
            {SORTS.map((each) => (
              <option key={each} value={each}>
                {filters.sorts[each]}
              </option>
            ))}
          </select>
          {chip("reversed", filters.reversed, reversed, () => change({ order: reversed ? undefined : opposite(orderOf(sort)) }))}
          {chip("roomy", filters.roomy, roomy, () => setRoomy(!roomy))}
        </div>
      </div>
      {search}
    </div>
  );
}

const opposite = (order: "asc" | "desc") => (order === "asc" ? "desc" : "asc");

const toggled = (chosen: readonly number[], one: number): number[] =>
  chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one];

/** The statuses that the page offers, every other one in use, and what the address asks for. */
function offered(facets: Facets | undefined, chosen: readonly string[]): string[] {
  const known = new Map<string, string>();
  for (const status of [...STATUSES, ...(facets?.statuses ?? []).map(({ value }) => value), ...chosen]) {
    if (!known.has(foldStatus(status))) known.set(foldStatus(status), status);
  }
  return [...known.values()];
}
