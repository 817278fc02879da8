import type { Task, TaskField, TaskPatch } from "@/lib/api/types";
import { FIELDS } from "./fields";

/** One field of a task that was changed in two places. */
export interface Difference {
  field: TaskField;
  theirs: string;
  yours: string;
  same: boolean;
}

/** What the task would be with their version kept, beside what it would be with yours written over it. */
export function compare(theirs: Task, patch: TaskPatch): Difference[] {
  return FIELDS.map((field) => {
    const yours = patch[field] ?? theirs[field];
    return { field, theirs: theirs[field], yours, same: yours === theirs[field] };
  });
}

/** Both wanted the same: there is nothing to choose. */
export const isSettled = (theirs: Task, patch: TaskPatch): boolean =>
  compare(theirs, patch).every(({ same }) => same);
