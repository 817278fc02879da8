import type { Task, TaskInput, TaskField, TaskPatch } from "@/lib/api/types";
import { toneOf } from "./status";

/** Something the hunter did that the gateway has not yet agreed to. */
export type TaskChange =
  | { kind: "create"; key: string; draft: TaskInput; at: string }
  /** `base` is the task as the hunter saw it when deciding. */
  | { kind: "amend"; base: Task; patch: TaskPatch }
  | { kind: "discard"; base: Task };

/** A task in the list. `key` stays the same while a new one changes from a wish into a stored task. */
export interface ListedTask extends Task {
  key: string;
  /** False until the gateway has stored it: it has no id to act on yet. */
  stored: boolean;
}

export type CachedTask = Task & { key?: string };

const FIELDS: TaskField[] = ["title", "status", "description"];

/** What of a task a person writes. */
export const inputOf = ({ title, status, description }: Task): TaskInput => ({ title, status, description });

/** Only what differs from `base`; undefined when nothing does. Text is compared as the gateway trims it. */
export function patchOf(base: Task, draft: TaskInput): TaskPatch | undefined {
  const patch: TaskPatch = {};
  for (const field of FIELDS) {
    const value = field === "description" ? draft[field] : draft[field].trim();
    if (value !== base[field]) patch[field] = value;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** Whether words were written, which a hunter would miss, rather than one of the offered states chosen. */
export const isTyped = ({ title, status, description }: TaskPatch): boolean =>
  title !== undefined || description !== undefined || (status !== undefined && toneOf(status) === "other");

/** The list as it will be once every pending change is agreed to. A refused change simply leaves `changes`. */
export function withPending(tasks: readonly CachedTask[], changes: readonly TaskChange[]): ListedTask[] {
  const gone = new Set<string>();
  const patches = new Map<string, TaskPatch>();
  const wished: ListedTask[] = [];
  const arrived = new Set(tasks.map((task) => task.key));
  for (const change of changes) {
    if (change.kind === "discard") gone.add(change.base._id);
    else if (change.kind === "create") {
      if (!arrived.has(change.key)) wished.unshift(wish(change));
    } else {
      patches.set(change.base._id, { ...patches.get(change.base._id), ...change.patch });
    }
  }
  const kept = tasks.filter((task) => !gone.has(task._id)).map((task) => shown(task, patches.get(task._id)));
  return [...wished, ...kept];
}

/** The same object for the same task, so that a row whose task did not change is not drawn again. */
const unchanged = new WeakMap<CachedTask, ListedTask>();

function shown(task: CachedTask, patch: TaskPatch | undefined): ListedTask {
  const known = patch ? undefined : unchanged.get(task);
  if (known) return known;
  const made = { ...task, ...patch, key: task.key ?? task._id, stored: true };
  if (!patch) unchanged.set(task, made);
  return made;
}

function wish({ key, draft, at }: Extract<TaskChange, { kind: "create" }>): ListedTask {
  return {
    ...draft,
    _id: key,
    key,
    stored: false,
    user: "",
    createdAt: at,
    updatedAt: at,
    version: 0,
  };
}
