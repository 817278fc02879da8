import type { BulkChange, BulkResult, Facets, Task, TaskInput, TaskPage, TaskPatch, TaskQuery } from "./types";
import type { AuthorizedSend } from "./http";

interface OneTask {
  task: Task;
}

const PATH = "/api/tasks";
export const TASKS_PER_PAGE = 100;

export interface TasksApi {
  list(query: TaskQuery, cursor: string | undefined, signal?: AbortSignal): Promise<TaskPage>;
  /** How many tasks there are of each list, label and so on; `tz` says when today is. */
  facets(tz: string, signal?: AbortSignal): Promise<Facets>;
  get(id: string): Promise<Task>;
  /** The same task however often it is sent with the same key. */
  create(input: TaskInput, key: string): Promise<Task>;
  update(id: string, patch: TaskPatch, seenVersion: number): Promise<Task>;
  /** Puts it behind the task `after`, or on top. Nobody's words are written over, so any version will do. */
  move(id: string, after: string | null): Promise<Task>;
  delete(id: string, seenVersion: number): Promise<void>;
  /** Each task by itself, at most 500, in the order asked; done once however often it is sent with the same key. */
  bulk(change: BulkChange, key: string): Promise<BulkResult[]>;
  /** Takes a task out of the trash. */
  restore(id: string): Promise<Task>;
}

export function tasksApi(authorized: AuthorizedSend): TasksApi {
  return {
    list: (query, cursor, signal) =>
      authorized({ path: PATH, query: { limit: TASKS_PER_PAGE, ...query, cursor }, signal }),
    facets: (tz, signal) => authorized({ path: `${PATH}/facets`, query: { tz }, signal }),
    get: async (id) => (await authorized<OneTask>({ path: `${PATH}/${id}` })).task,
    create: async (input, key) =>
      (await authorized<OneTask>({ method: "POST", path: PATH, body: input, idempotencyKey: key })).task,
    update: async (id, patch, seenVersion) =>
      (
        await authorized<OneTask>({
          method: "PATCH",
          path: `${PATH}/${id}`,
          body: patch,
          ifMatch: seenVersion,
        })
      ).task,
    move: async (id, after) =>
      (await authorized<OneTask>({ method: "PATCH", path: `${PATH}/${id}`, body: { after } })).task,
    delete: async (id, seenVersion) => {
      // Sent when the undo seconds are over, which may be because the page is being closed.
      await authorized({
        method: "DELETE",
        path: `${PATH}/${id}`,
        ifMatch: seenVersion,
        keepalive: true,
      });
    },
    bulk: async (change, key) => {
      const request = { method: "POST", path: `${PATH}/bulk`, body: change, idempotencyKey: key } as const;
      return (await authorized<{ results: BulkResult[] }>(request)).results;
    },
    restore: async (id) => (await authorized<OneTask>({ method: "POST", path: `${PATH}/${id}/restore` })).task,
  };
}
