import { sameValue } from "@/features/tasks";
import type { Activity, FieldChange, Task } from "@/lib/api/types";
import { MARKS } from "./marks";

/**
 * What going back to how a task was after `activity` would change: from what each field is now to what it was then.
 * `activities`: those of the task, newest first, down to it at least.
 */
export function changesBackTo(activity: Activity, activities: readonly Activity[], task: Task): Record<string, FieldChange> {
  const then = new Map<string, unknown>();
  for (const { id, changes } of activities) {
    if (id === activity.id) break;
    for (const [field, { from }] of Object.entries(changes)) then.set(field, from);
  }
  const fields = [...then].filter(([field, to]) => !MARKS.has(field) && !sameValue(task[field as keyof Task], to));
  return Object.fromEntries(fields.map(([field, to]) => [field, { from: task[field as keyof Task], to }]));
}
