import type { Task, TaskInput, TaskPatch } from "@/lib/api/types";
import { asStored, FIELDS, NEW_TASK, newInput, sameValue } from "./fields";
import { toneOf } from "./status";

/** Something a person did that the gateway has not yet agreed to. */
export type TaskChange =
  | Create
  /** `base` is the task as the person saw it when deciding. */
  | { kind: "update"; key: string; base: Task; patch: TaskPatch }
  | { kind: "delete"; base: Task };

/** Those of one `batch` are sent one after another, so that the list has them in their order. */
export interface Create {
  kind: "create";
  key: string;
  input: TaskInput;
  at: string;
  batch?: string;
}

/** Names a change for good: the Idempotency-Key of a create. (`randomUUID` is missing on plain http.) */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A task in the list. `key` stays the same while a new one becomes a stored task. */
export interface ListedTask extends Task {
  key: string;
  /** False until the gateway has stored it: it has no id to act on yet. */
  stored: boolean;
}

export type CachedTask = Task & { key?: string };

/** Only what differs from `base`; undefined when nothing does. Text is compared as the gateway trims it. */
export function patchOf(base: Task, input: TaskInput): TaskPatch | undefined {
  const stored = asStored(input);
  const changed = FIELDS.filter((field) => !sameValue(stored[field], base[field]));
  return changed.length > 0 ? Object.fromEntries(changed.map((field) => [field, stored[field]])) : undefined;
}

/** Whether words were written, which a person would miss, rather than something offered chosen or an item ticked. */
export function isTyped({ base, patch }: Pick<Update, "base" | "patch">): boolean {
  const { status, checklist, ...others } = patch;
  const texts = (items: Task["checklist"]) => items.map(({ text }) => text);
  return (
    Object.keys(others).some((field) => field !== "priority") ||
    (status !== undefined && toneOf(status) === "other") ||
    (checklist !== undefined && !sameValue(texts(checklist), texts(base.checklist)))
  );
}

type Update = Extract<TaskChange, { kind: "update" }>;

/** The list as it will be once every pending change is agreed to. A refused change simply leaves `changes`. */
export function withPending(tasks: readonly CachedTask[], changes: readonly TaskChange[]): ListedTask[] {
  const deleted = new Set<string>();
  const patches = new Map<string, TaskPatch>();
  const created: ListedTask[] = [];
  const arrived = new Set(tasks.map((task) => task.key));
  for (const change of changes) {
    if (change.kind === "delete") deleted.add(change.base._id);
    else if (change.kind === "create") {
      if (!arrived.has(change.key)) created.unshift(placeholder(change));
    } else {
      patches.set(change.base._id, { ...patches.get(change.base._id), ...change.patch });
    }
  }
  const kept = tasks.filter((task) => !deleted.has(task._id)).map((task) => listed(task, patches.get(task._id)));
  return [...created, ...kept];
}

/** The same object for the same task, so that a row whose task did not change is not drawn again. */
const unchanged = new WeakMap<CachedTask, ListedTask>();

function listed(task: CachedTask, patch: TaskPatch | undefined): ListedTask {
  const known = patch ? undefined : unchanged.get(task);
  if (known) return known;
  const made = { ...task, ...patch, key: task.key ?? task._id, stored: true };
  if (!patch) unchanged.set(task, made);
  return made;
}

function placeholder({ key, input, at }: Extract<TaskChange, { kind: "create" }>): ListedTask {
  // One that waits from before a field existed lacks it.
  const whole = { ...newInput(""), ...input };
  return { ...NEW_TASK, ...whole, _id: key, key, stored: false, user: "", createdAt: at, updatedAt: at, version: 0 };
}
