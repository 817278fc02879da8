import type { QueryClient } from "@tanstack/react-query";
import { hasStatus } from "@/lib/api/errors";
import type { TasksApi } from "@/lib/api/tasks";
import type { Facets, Task, TaskQuery } from "@/lib/api/types";
import { changedSince, isClear, merge } from "./conflict";
import { HERE } from "./due";
import { withChanged, withCounted } from "./facets";
import type { OwnVersions } from "./own-versions";
import { type Create, keepKey, newKey, type TaskChange } from "./pending-changes";
import { type TaskPages, withCreated, withoutTask, withStored } from "./task-cache";
import { matches } from "./task-match";

/** Of every mutation whose variables are a change, or changes together. */
export const CHANGES_KEY = ["task-changes"];

/** Begins the key of every cached list. */
export const TASKS_KEY = ["tasks"];

export const FACETS_KEY = ["facets"];

export const listKey = (query: TaskQuery) => [...TASKS_KEY, query] as const;

export const taskKey = (id: string) => ["task", id];

/** What became of a change: the stored task, or nothing once it is gone. */
export type Outcome = { kind: "stored"; task: Task } | { kind: "deleted" } | { kind: "undone" };

export interface SendingParts {
  tasks: TasksApi;
  versions: OwnVersions;
  /** Of a delete: whether its undo seconds passed without an undo. */
  confirmed: Promise<boolean>;
}

/** Sends one change to the gateway. Throws what the gateway refused it with. */
export async function sendChange(change: TaskChange, parts: SendingParts): Promise<Outcome> {
  switch (change.kind) {
    case "create":
      return { kind: "stored", task: await sendCreate(change, parts) };
    case "update":
      return { kind: "stored", task: await sendUpdate(change, parts) };
    case "restore":
      return { kind: "stored", task: await parts.tasks.restore(change.base._id) };
    case "delete":
      return (await parts.confirmed) ? sendDelete(change.base, parts) : { kind: "undone" };
  }
}

async function sendCreate({ input, key }: Create, { tasks }: SendingParts): Promise<Task> {
  return await tasks.create(input, key).catch((failure: unknown) => {
    // Another tab with the same draft has sent other words under this key: these are a task of their own.
    if (hasStatus(failure, 422)) return tasks.create(input, newKey());
    throw failure;
  });
}

type Update = Extract<TaskChange, { kind: "update" }>;

/** How often a change is put together with one that came first, before it is given back. */
const MOST_MERGES = 5;

/** What someone else changed first is put together with the change; throws the 412 where one side must give way. */
async function sendUpdate({ base, patch }: Update, { tasks, versions }: SendingParts): Promise<Task> {
  let seen = versions.latest(base);
  let rest = patch;
  for (let merges = 0; ; merges++) {
    try {
      const written = await tasks.update(base._id, rest, seen);
      versions.wrote(seen, written);
      return written;
    } catch (failure) {
      const theirs = newerThan(failure);
      if (!theirs || merges === MOST_MERGES) throw failure;
      const merged = merge(patch, base, theirs);
      if (!isClear(merged)) throw failure;
      if (Object.keys(merged.patch).length === 0) return theirs;
      seen = theirs.version;
      rest = merged.patch;
    }
  }
}

async function sendDelete(base: Task, { tasks, versions }: SendingParts): Promise<Outcome> {
  try {
    await tasks.delete(base._id, versions.latest(base)).catch((failure: unknown) => {
      const theirs = newerThan(failure);
      // What was only moved says what it said before.
      if (theirs && changedSince(base, theirs).size === 0) return tasks.delete(base._id, theirs.version);
      throw failure;
    });
  } catch (failure) {
    if (!hasStatus(failure, 404)) throw failure; // someone else was quicker
  }
  return { kind: "deleted" };
}

/** The task as someone else left it, where that is why the change was refused. */
const newerThan = (failure: unknown): Task | undefined => (hasStatus(failure, 412) ? failure.current : undefined);

/** Writes what the gateway agreed to into every cached list. */
export function applyOutcome(client: QueryClient, change: TaskChange, outcome: Outcome): void {
  if (outcome.kind === "stored") keepTask(client, outcome.task);
  if (outcome.kind === "stored" && change.kind === "create") keepKey(outcome.task._id, change.key);
  edit(client, (pages, query) => {
    if (outcome.kind === "deleted" && change.kind !== "create") return withStored(pages, trashed(change.base), query);
    if (outcome.kind !== "stored") return pages;
    if (change.kind !== "create") return withStored(pages, outcome.task, query);
    return matches(outcome.task, query) ? withCreated(pages, outcome.task) : pages;
  });
  client.setQueryData<Facets>(FACETS_KEY, (facets) => facets && countOutcome(facets, change, outcome));
}

/** Until the counts are read anew. */
function countOutcome(facets: Facets, change: TaskChange, outcome: Outcome): Facets {
  if (outcome.kind === "undone") return facets;
  if (change.kind !== "create") {
    return withChanged(facets, change.base, outcome.kind === "stored" ? outcome.task : trashed(change.base), HERE);
  }
  return outcome.kind === "stored" ? withCounted(facets, outcome.task, +1, HERE) : facets;
}

function trashed(task: Task): Task {
  const now = new Date().toISOString();
  return { ...task, version: task.version + 1, updatedAt: now, deletedAt: now };
}

/** The gateway knows the task no more. */
export function removeFromCache(client: QueryClient, id: string): void {
  edit(client, (pages) => withoutTask(pages, id));
}

/** Someone else's newer version takes the place of the one shown. */
export function replaceInCache(client: QueryClient, theirs: Task): void {
  keepTask(client, theirs);
  edit(client, (pages, query) => withStored(pages, theirs, query));
}

/** Of a task that was read alone. */
export function keepTask(client: QueryClient, task: Task): void {
  client.setQueryData<Task>(taskKey(task._id), (read) => read && (read.version > task.version ? read : task));
}

function edit(client: QueryClient, change: (pages: TaskPages, query: TaskQuery) => TaskPages): void {
  for (const { queryKey, state } of client.getQueryCache().findAll({ queryKey: TASKS_KEY })) {
    const query = queryKey[1] as TaskQuery;
    // As old as before: what else has changed at the gateway is still to be read.
    client.setQueryData<TaskPages>(queryKey, (pages) => pages && change(pages, query), { updatedAt: state.dataUpdatedAt });
  }
  // An answer on its way was read before this write, and would undo it on the screen: ask anew. The very
  // first answer is waited for even then, unless it is given up.
  if (client.isFetching({ queryKey: TASKS_KEY })) {
    void client.cancelQueries({ queryKey: TASKS_KEY }).then(() => client.invalidateQueries({ queryKey: TASKS_KEY }));
  }
}
