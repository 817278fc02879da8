import type { Facets, Task } from "@/lib/api/types";
import { dueState } from "./due-state";
import { afterChange, type TaskChange } from "./pending-changes";
import { foldStatus, isCompleted } from "./status";

/** The counts when a task that was `before` is `after`, as far as this page can tell. */
export function withChanged(facets: Facets, before: Task, after: Task, zone: string): Facets {
  return withCounted(withCounted(facets, before, -1, zone), after, +1, zone);
}

/** The counts as they will be once every pending change is agreed to. What is being created counts when it is there. */
export function withPendingCounts(facets: Facets, changes: readonly TaskChange[], zone: string): Facets {
  const latest = new Map<string, Task>();
  let counts = facets;
  for (const change of changes) {
    if (change.kind === "create") continue;
    const before = latest.get(change.base._id) ?? change.base;
    const after = afterChange(before, change);
    latest.set(before._id, after);
    counts = withChanged(counts, before, after, zone);
  }
  return counts;
}

export function withCounted(facets: Facets, task: Task, by: 1 | -1, zone: string): Facets {
  if (task.deletedAt !== null) return { ...facets, trash: facets.trash + by };
  const done = isCompleted(task.status);
  const due = dueState(task.due, zone, Date.now());
  return {
    ...facets,
    lists: counted(facets.lists, task.list, by, done),
    labels: task.labels.reduce((labels, label) => counted(labels, label, by, done, foldStatus), facets.labels),
    statuses: counted(facets.statuses, task.status, by, done, foldStatus),
    priorities: counted(facets.priorities, task.priority, by, done),
    due: done ? facets.due : { ...facets.due, [due]: facets.due[due] + by },
  };
}

interface Count<Value> {
  value: Value;
  open: number;
  done: number;
}

/** Values that `fold` makes the same are one. */
function counted<Value>(
  counts: readonly Count<Value>[],
  value: Value,
  by: 1 | -1,
  done: boolean,
  fold = (text: Value): Value => text,
): Count<Value>[] {
  const add = (count: Count<Value>) => (done ? { ...count, done: count.done + by } : { ...count, open: count.open + by });
  const at = counts.findIndex((count) => fold(count.value) === fold(value));
  if (at < 0) return [...counts, add({ value, open: 0, done: 0 })];
  return counts.map((count, index) => (index === at ? add(count) : count));
}
