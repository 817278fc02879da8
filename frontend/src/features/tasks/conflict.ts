import type { Task, TaskField, TaskPatch } from "@/lib/api/types";

/** One field of a task that was changed in two places. */
export interface Difference {
  field: TaskField;
  label: string;
  theirs: string;
  yours: string;
  same: boolean;
}

const LABELS: [TaskField, string][] = [
  ["title", "Title"],
  ["status", "State"],
  ["description", "Particulars"],
];

/** What the task would be with their version kept, beside what it would be with yours written over it. */
export function compare(theirs: Task, patch: TaskPatch): Difference[] {
  return LABELS.map(([field, label]) => {
    const yours = patch[field] ?? theirs[field];
    return { field, label, theirs: theirs[field], yours, same: yours === theirs[field] };
  });
}

/** Both wanted the same: there is nothing to choose. */
export const isSettled = (theirs: Task, patch: TaskPatch): boolean =>
  compare(theirs, patch).every(({ same }) => same);
