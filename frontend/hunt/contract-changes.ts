import type { QueryClient } from "@tanstack/react-query";
import type { Task } from "@/api/contract";
import { isRefused } from "@/api/failure";
import type { Tasks } from "@/api/tasks";
import type { Change } from "./change";
import { isSettled } from "./conflict";
import type { OwnWrites } from "./own-writes";
import { type TaskPages, withAmended, withCreated, withoutTask } from "./task-cache";
import type { UndoWindow } from "./undo-window";

export const TASKS_KEY = ["tasks"];

/** What became of a change: the stored task, or nothing once it is gone. */
export type Outcome =
  | { kind: "stored"; task: Task }
  | { kind: "discarded" }
  | { kind: "taken-back" };

export interface Means {
  tasks: Tasks;
  own: OwnWrites;
  undo: UndoWindow;
}

/** Sends one change to the gateway. Throws what the gateway refused it with. */
export async function carryOut(change: Change, { tasks, own, undo }: Means): Promise<Outcome> {
  if (change.kind === "create") return { kind: "stored", task: await tasks.create(change.draft) };
  if (change.kind === "amend") {
    const { base, patch } = change;
    const task = await own.write(base, async (version) => {
      try {
        return await tasks.amend(base._id, patch, version);
      } catch (failure) {
        const theirs = isRefused(failure, 412) ? failure.current : undefined;
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
    if (!isRefused(failure, 404)) throw failure; // someone else was quicker
  }
  return { kind: "discarded" };
}

/** Writes what the gateway agreed to into the list. */
export function settle(client: QueryClient, change: Change, outcome: Outcome): void {
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
export function forget(client: QueryClient, id: string): void {
  edit(client, (pages) => withoutTask(pages, id));
}

/** Someone else's newer version takes the place of the one shown. */
export function adopt(client: QueryClient, theirs: Task): void {
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
