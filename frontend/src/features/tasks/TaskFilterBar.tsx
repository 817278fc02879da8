"use client";

import type { ReactNode } from "react";
import type { Facets } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import { foldStatus, STATUSES } from "./status";
import type { TaskFilter } from "./task-filter";
import styles from "./TaskFilterBar.module.css";

interface TaskFilterBarProps {
  filter: TaskFilter;
  facets: Facets | undefined;
  change: (change: Partial<TaskFilter>) => void;
  search: ReactNode;
}

const PRIORITIES = [3, 2, 1];

/** What narrows a view: one line that scrolls, and the search. */
export function TaskFilterBar({ filter, facets, change, search }: TaskFilterBarProps) {
  const { filter: messages } = useMessages(taskMessages);
  const { filters } = useMessages(viewMessages);
  const { statuses, priorities, completed } = filter;
  const chip = (key: string, label: string, chosen: boolean, choose: () => void) => (
    <button key={key} type="button" className={styles.chip} aria-pressed={chosen} onClick={choose}>
      <span className={styles.chipLabel}>{label}</span>
    </button>
  );
  const isChosen = (status: string) => statuses.some((chosen) => foldStatus(chosen) === foldStatus(status));
  return (
    <div className={styles.bar}>
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
        {chip("completed", filters.completed, completed, () => change({ completed: !completed }))}
      </div>
      {search}
    </div>
  );
}

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
