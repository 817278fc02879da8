import type { BulkChange, Task, TaskInput } from "@/lib/api/types";
import { sameValue } from "./fields";
import { foldLabel, withLabel } from "./labels";
import type { BulkPart } from "./pending-changes";

/** What is done to all selected tasks. */
export type BulkAction =
  | { kind: "set"; fields: Partial<Pick<TaskInput, "status" | "list" | "priority" | "due">> }
  | { kind: "addLabel" | "removeLabel"; label: string }
  | { kind: "delete" }
  | { kind: "restore" };

/** The gateway takes no more at once. */
export const MOST_AT_ONCE = 500;

/** The change of each task that the action changes at all. */
export function partsOf(action: BulkAction, tasks: readonly Task[]): BulkPart[] {
  return tasks.flatMap((base) => partOf(action, base) ?? []);
}

function partOf(action: BulkAction, base: Task): BulkPart | undefined {
  if (action.kind === "delete" || action.kind === "restore") return { kind: action.kind, base };
  const wanted: Partial<TaskInput> = "label" in action ? { labels: labelsAfter(action, base.labels) } : action.fields;
  const changed = Object.entries(wanted).filter(([field, value]) => !sameValue(base[field as keyof Task], value));
  if (changed.length === 0) return undefined;
  return { kind: "update", key: base._id, base, patch: Object.fromEntries(changed) };
}

function labelsAfter({ kind, label }: { kind: string; label: string }, labels: string[]): string[] {
  return kind === "addLabel"
    ? withLabel(labels, label)
    : labels.filter((other) => foldLabel(other) !== foldLabel(label));
}

/** The same for the gateway, without the tasks. */
export function bodyOf(action: BulkAction): Omit<BulkChange, "ids" | "where"> {
  switch (action.kind) {
    case "set":
      return { set: action.fields };
    case "addLabel":
      return { addLabels: [action.label] };
    case "removeLabel":
      return { removeLabels: [action.label] };
    default:
      return { action: action.kind };
  }
}

/** What takes the change of one task back, from the task as the change has left it. */
export function inverseOf(part: BulkPart, after: Task): BulkPart {
  if (part.kind !== "update") return { kind: part.kind === "delete" ? "restore" : "delete", base: after };
  const former = Object.fromEntries(Object.keys(part.patch).map((field) => [field, part.base[field as keyof Task]]));
  return { kind: "update", key: after._id, base: after, patch: former };
}

export function inChunks<T>(all: readonly T[], size = MOST_AT_ONCE): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
}
