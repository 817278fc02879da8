import type { Task } from "@/lib/api/types";
import { foldStatus, STATUSES } from "./status";

export interface Filter {
  /** Undefined: every status. */
  status?: string | undefined;
  words: string;
}

export const isFiltering = ({ status, words }: Filter): boolean =>
  status !== undefined || words.trim() !== "";

/** Titles that hold every word, in any order, whatever the case. */
export function filterTasks<T extends Task>(tasks: readonly T[], filter: Filter): T[] {
  const words = foldWords(filter.words).split(/\s+/).filter(Boolean);
  const status = filter.status === undefined ? undefined : foldStatus(filter.status);
  return tasks.filter((task) => {
    if (status !== undefined && foldStatus(task.status) !== status) return false;
    const title = foldWords(task.title);
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
    STATUSES.map((status) => [foldStatus(status), { status, count: 0 }]),
  );
  for (const { status } of tasks) {
    const known = counts.get(foldStatus(status));
    if (known) known.count++;
    else counts.set(foldStatus(status), { status, count: 1 });
  }
  return [...counts.values()];
}

/**
 * Words that differ only by case become the same, whatever the browser's language: Turkish has an i without a dot and
 * an I with one, German an ß that is SS in capitals, Greek two small sigmas.
 */
const foldWords = (text: string) => text.normalize("NFKD").toUpperCase().replaceAll("I\u0307", "I");
