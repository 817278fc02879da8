import type { Task } from "@/lib/api/types";
import { STATUSES } from "./status";

export interface Filter {
  /** Undefined: every status. */
  status?: string | undefined;
  words: string;
}

export const isFiltering = ({ status, words }: Filter): boolean =>
  status !== undefined || words.trim() !== "";

/** Titles that hold every word, in any order, whatever the case. */
export function filterTasks<T extends Task>(tasks: readonly T[], filter: Filter): T[] {
  const words = fold(filter.words).split(/\s+/).filter(Boolean);
  const status = filter.status === undefined ? undefined : fold(filter.status);
  return tasks.filter((task) => {
    if (status !== undefined && fold(task.status) !== status) return false;
    const title = fold(task.title);
    return words.every((word) => title.includes(word));
  });
}

export interface StatusCount {
  status: string;
  count: number;
}

/** The offered statuses first, then every other one in use, each with how many of `tasks` have it. */
export function countStatuses(tasks: readonly Task[]): StatusCount[] {
  const counts = new Map<string, StatusCount>(
    STATUSES.map((status) => [fold(status), { status, count: 0 }]),
  );
  for (const { status } of tasks) {
    const known = counts.get(fold(status));
    if (known) known.count++;
    else counts.set(fold(status), { status, count: 1 });
  }
  return [...counts.values()];
}

const fold = (text: string) => text.normalize("NFKC").toLocaleLowerCase();
