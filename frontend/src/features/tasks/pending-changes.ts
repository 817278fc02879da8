import type { Task, TaskInput, TaskPatch, TaskQuery } from "@/lib/api/types";
import { asStored, FIELDS, NEW_TASK, newInput, sameValue } from "./fields";
import { toneOf } from "./status";
import { matches, staysListed } from "./task-match";
import { compareTasks, isMoved } from "./task-order";

/** Something a person did that the gateway has not yet agreed to. */
export type TaskChange =
  | Create
  /** `base` is the task as the person saw it when deciding. */
  | { kind: "update"; key: string; base: Task; patch: TaskPatch & { rank?: string } }
  | { kind: "delete"; base: Task }
  | { kind: "restore"; base: Task };

/** Those of one `batch` are sent one after another, so that the list has them in their order. */
export interface Create {
  kind: "create";
  key: string;
  input: TaskInput;
  at: string;
  batch?: string;
}

/** The part that one task has in a change of many. */
export type BulkPart = Exclude<TaskChange, Create>;

/** Many changes that are sent together. */
export interface Together {
  kind: "together";
  parts: readonly BulkPart[];
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

/** The keys of tasks that were created here, by id: a row stays the same one when the list is read anew. */
const keys = new Map<string, string>();
const taken = new Set<string>();

/** A key stays with the first task that was created under it. */
export function keepKey(id: string, key: string): void {
  if (taken.has(key)) return;
  taken.add(key);
  keys.set(id, key);
}

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

/**
 * A list as it will be once every pending change is agreed to: what no longer matches its query is gone, what now does
 * stands where it belongs, what is new on top. A refused change simply leaves `changes`.
 * `complete`: whether `tasks` are all there are, so that something may stand behind them.
 */
export function withPending(
  tasks: readonly Task[],
  changes: readonly TaskChange[],
  query: TaskQuery = {},
  complete = true,
): ListedTask[] {
  const latest = changedTasks(tasks, changes);
  const list: ListedTask[] = [];
  const placed: Task[] = [];
  for (const task of tasks) {
    const after = latest.get(task._id);
    latest.delete(task._id);
    if (!after) list.push(listed(task));
    else if (!staysListed(task, after, query)) continue;
    else if (isMoved(task, after, query)) placed.push(after);
    else list.push(made(after));
  }
  placed.push(...[...latest.values()].filter((task) => matches(task, query)));
  for (const task of placed) {
    const at = list.findIndex((other) => compareTasks(other, task, query) > 0);
    if (at >= 0) list.splice(at, 0, made(task));
    else if (complete) list.push(made(task));
  }
  return [...placeholders(tasks, changes, query), ...list];
}

/** What pending changes make of the tasks that they change, by id. */
function changedTasks(tasks: readonly Task[], changes: readonly TaskChange[]): Map<string, Task> {
  const latest = new Map<string, Task>();
  if (changes.length === 0) return latest;
  const known = new Map(tasks.map((task) => [task._id, task]));
  for (const change of changes) {
    if (change.kind === "create") continue;
    const id = change.base._id;
    latest.set(id, afterChange(latest.get(id) ?? known.get(id) ?? change.base, change));
  }
  return latest;
}

export function afterChange(task: Task, change: Exclude<TaskChange, { kind: "create" }>): Task {
  if (change.kind === "update") return { ...task, ...change.patch };
  return { ...task, deletedAt: change.kind === "delete" ? new Date().toISOString() : null };
}

function placeholders(tasks: readonly Task[], changes: readonly TaskChange[], query: TaskQuery): ListedTask[] {
  const arrived = new Set(tasks.map(({ _id }) => keys.get(_id)));
  return changes
    .filter((change) => change.kind === "create" && !arrived.has(change.key))
    .map((change) => placeholder(change as Create))
    .filter((task) => matches(task, query))
    .reverse();
}

/** The same object for the same task, so that a row whose task did not change is not drawn again. */
const unchanged = new WeakMap<Task, ListedTask>();

function listed(task: Task): ListedTask {
  const known = unchanged.get(task) ?? made(task);
  unchanged.set(task, known);
  return known;
}

const made = (task: Task): ListedTask => ({ ...task, key: keys.get(task._id) ?? task._id, stored: true });

function placeholder({ key, input, at }: Create): ListedTask {
  // One that waits from before a field existed lacks it.
  const whole = { ...newInput(""), ...input };
  return { ...NEW_TASK, ...whole, _id: key, key, stored: false, user: "", createdAt: at, updatedAt: at, version: 0 };
}
