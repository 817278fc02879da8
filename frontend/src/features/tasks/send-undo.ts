import type { QueryClient } from "@tanstack/react-query";
import type { ActivityApi } from "@/lib/api/activity";
import { hasStatus } from "@/lib/api/errors";
import type { TasksApi } from "@/lib/api/tasks";
import type { Task, UndoAnswer, UndoConflict, UndoRequest } from "@/lib/api/types";
import { sameValue } from "./fields";
import { takeAway, takeOver } from "./live-tasks";
import type { OwnVersions } from "./own-versions";
import { FACETS_KEY } from "./send-change";
import { underOneKey } from "./under-one-key";

/** What became of several undos: those before the one that failed are done. */
export interface Undone {
  answers: UndoAnswer[];
  failure?: unknown;
}

/** The latest first; after one that fails none is sent. */
export async function sendUndos(tasks: TasksApi, requests: readonly UndoRequest[]): Promise<Undone> {
  const undone: Undone = { answers: [] };
  for (const request of [...requests].reverse()) {
    try {
      undone.answers.push(await underOneKey((key) => tasks.undo(request, key)));
    } catch (failure) {
      return { ...undone, failure };
    }
  }
  return undone;
}

/** Writes what an undo made of tasks into every cached list. */
export function applyUndone(client: QueryClient, versions: OwnVersions, tasks: readonly Task[]): void {
  const [only, ...others] = tasks;
  // Of several, some may have been undone before, and their versions be somebody else's.
  if (only && others.length === 0) versions.wrote(only.version - 1, only);
  for (const task of tasks) {
    if (task.deletedAt === null) takeOver(client, task, false);
    else takeAway(client, task._id);
  }
  void client.invalidateQueries({ queryKey: FACETS_KEY });
}

/**
 * Gives each field that stands against an undo the value from before, so that the undo finds nothing against it; a task in
 * the trash is restored. What has changed meanwhile is left: the undo will tell of it again. Resolves to the tasks it changed.
 */
export async function putBack(tasks: TasksApi, conflicts: readonly UndoConflict[]): Promise<Task[]> {
  const changed: Task[] = [];
  for (const [taskId, fields] of byTask(conflicts)) {
    try {
      changed.push(await putBackOne(tasks, taskId, fields));
    } catch (failure) {
      if (!hasStatus(failure, 412) && !hasStatus(failure, 404)) throw failure;
    }
  }
  return changed;
}

async function putBackOne(tasks: TasksApi, taskId: string, conflicts: readonly UndoConflict[]): Promise<Task> {
  if (conflicts.some(({ field }) => field === "deletedAt")) return await tasks.restore(taskId);
  const task = await tasks.get(taskId);
  const asTold = conflicts.filter(({ field, now }) => sameValue(task[field as keyof Task], now));
  if (asTold.length === 0) return task;
  return await tasks.update(taskId, Object.fromEntries(asTold.map(({ field, from }) => [field, from])), task.version);
}

export function byTask(conflicts: readonly UndoConflict[]): Map<string, UndoConflict[]> {
  const found = new Map<string, UndoConflict[]>();
  for (const conflict of conflicts) found.set(conflict.taskId, [...(found.get(conflict.taskId) ?? []), conflict]);
  return found;
}

/** As many entries as one page of the journal holds, and how many pages are looked through. */
const PAGE = 100;
const MOST_PAGES = 20;

/** The events of batches in other tasks than these, each to be undone by itself. */
export async function othersOfBatches(
  activity: ActivityApi,
  batchIds: ReadonlySet<string>,
  not: ReadonlySet<string>,
): Promise<UndoRequest[]> {
  const found: UndoRequest[] = [];
  let cursor: string | undefined;
  let seen = false;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { activities, nextCursor } = await activity.list({ limit: PAGE, cursor });
    const members = activities.filter(({ batchId }) => batchId !== null && batchIds.has(batchId));
    found.push(...members.filter(({ taskId }) => !not.has(taskId)).map(({ id }) => ({ eventId: id })));
    if (nextCursor === null || (seen && members.length === 0)) break;
    seen ||= members.length > 0;
    cursor = nextCursor;
  }
  return found;
}
