import type { QueryClient } from "@tanstack/react-query";
import type { Task, TaskQuery } from "@/lib/api/types";
import { keepTask, taskKey, TASKS_KEY } from "./send-change";
import { allTasks, type TaskPages, withoutTask, withStored } from "./task-cache";
import { matches } from "./task-match";

/** Puts a task, as another tab or device left it, into every cached list. `isNew`: none of them has counted it. */
export function takeOver(client: QueryClient, task: Task, isNew: boolean): void {
  keepTask(client, task);
  eachList(client, (pages, query) => {
    const held = heldIn(pages, task._id);
    if (held && held.version >= task.version) return pages;
    if (held || isNew) return withStored(pages, task, query);
    if (isWhole(pages)) return matches(task, query) ? withStored(pages, task, query) : pages;
    return undefined; // it may stand behind what is loaded, and be counted already
  });
}

/** Takes one that was discarded elsewhere out of every cached list; the trash is read anew. */
export function takeAway(client: QueryClient, id: string): void {
  void client.invalidateQueries({ queryKey: taskKey(id) });
  eachList(client, (pages, query) => {
    if (query.trash) return undefined;
    return heldIn(pages, id) || isWhole(pages) ? withoutTask(pages, id) : undefined;
  });
}

const heldIn = (pages: TaskPages, id: string) => allTasks(pages).find(({ _id }) => _id === id);
const isWhole = (pages: TaskPages) => pages.pages.at(-1)?.nextCursor === null;

/** Changes each list, or reads it anew where `change` cannot tell what becomes of it. */
function eachList(client: QueryClient, change: (pages: TaskPages, query: TaskQuery) => TaskPages | undefined): void {
  for (const { queryKey, state } of client.getQueryCache().findAll({ queryKey: TASKS_KEY })) {
    const pages = state.data as TaskPages | undefined;
    const changed = pages && change(pages, queryKey[1] as TaskQuery);
    if (changed) client.setQueryData(queryKey, changed, { updatedAt: state.dataUpdatedAt });
    // An answer on its way may have been read before.
    if (!changed || state.fetchStatus !== "idle") void client.invalidateQueries({ queryKey, exact: true });
  }
}
