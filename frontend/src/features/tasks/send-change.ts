import type { QueryClient } from "@tanstack/react-query";
import type { Task } from "@/lib/api/types";
import { hasStatus } from "@/lib/api/errors";
import type { TasksApi } from "@/lib/api/tasks";
import type { TaskChange } from "./pending-changes";
import { isSettled } from "./conflict";
import type { WriteQueue } from "./write-queue";
import { type TaskPages, withAmended, withCreated, withoutTask } from "./task-cache";
import type { UndoWindow } from "./undo-window";

export const TASKS_KEY = ["tasks"];

/** What became of a change: the stored task, or nothing once it is gone. */
export type Outcome =
  | { kind: "stored"; task: Task }
  | { kind: "discarded" }
  | { kind: "taken-back" };

export interface SendingParts {
  tasks: TasksApi;
  own: WriteQueue;
  undo: UndoWindow;
}

/** Sends one change to the gateway. Throws what the gateway refused it with. */
export async function sendChange(change: TaskChange, { tasks, own, undo }: SendingParts): Promise<Outcome> {
  if (change.kind === "create") return { kind: "stored", task: await tasks.create(change.draft) };
  if (change.kind === "amend") {
    const { base, patch } = change;
    const task = await own.write(base, async (version) => {
      try {
        return await tasks.amend(base._id, patch, version);
      } catch (failure) {
        const theirs = hasStatus(failure, 412) ? failure.current : undefined;
        if (theirs && isSettled(theirs, patch)) return theirs;
        throw failure;
      }
    });
    return { kind: "stored", task };
  }
  if (!(await undo.ask(`“${change.base.title}” was discarded.`))) return { kind: "taken-back" };
  try {
    await own.remove(change.base, (version) => tasks.discard(change.base._id, version));
  } catch (failure) {
    if (!hasStatus(failure, 404)) throw failure; // someone else was quicker
  }
  return { kind: "discarded" };
}

/** Writes what the gateway agreed to into the list. */
export function applyOutcome(client: QueryClient, change: TaskChange, outcome: Outcome): void {
  edit(client, (pages) => {
    if (outcome.kind === "discarded" && change.kind !== "create") {
      return withoutTask(pages, change.base._id);
    }
    if (outcome.kind !== "stored") return pages;
    return change.kind === "create"
      ? withCreated(pages, outcome.task, change.key)
      : withAmended(pages, outcome.task);
  });
}

/** The gateway knows the task no more. */
export function removeFromCache(client: QueryClient, id: string): void {
  edit(client, (pages) => withoutTask(pages, id));
}

/** Someone else's newer version takes the place of the one shown. */
export function replaceInCache(client: QueryClient, theirs: Task): void {
  edit(client, (pages) => withAmended(pages, theirs));
}

function edit(client: QueryClient, change: (pages: TaskPages) => TaskPages): void {
  client.setQueryData<TaskPages>(TASKS_KEY, (pages) => pages && change(pages));
  // An answer on its way was read before this write, and would undo it on the screen: ask anew. The very
  // first answer is waited for even then, unless it is given up.
  if (client.isFetching({ queryKey: TASKS_KEY })) {
    void client.cancelQueries({ queryKey: TASKS_KEY }).then(() => client.invalidateQueries({ queryKey: TASKS_KEY }));
  }
}
