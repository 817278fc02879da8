import type {
  BulkAnswer,
  BulkChange,
  Facets,
  Task,
  TaskInput,
  TaskPage,
  TaskPatch,
  TaskQuery,
  UndoAnswer,
  UndoRequest,
} from "./types";
import type { ApiRequest, AuthorizedSend } from "./http";
import { OwnWrites } from "./own-writes";

interface OneTask {
  task: Task;
}

/** What a write answers; `eventId` is null where nothing changed. */
interface Written extends OneTask {
  eventId: string | null;
}

const PATH = "/api/tasks";
export const TASKS_PER_PAGE = 100;

export interface TasksApi {
  list(query: TaskQuery, cursor: string | undefined, signal?: AbortSignal): Promise<TaskPage>;
  /** How many tasks there are of each list, label and so on; `tz` says when today is. */
  facets(tz: string, signal?: AbortSignal): Promise<Facets>;
  get(id: string, signal?: AbortSignal): Promise<Task>;
  /** The same task however often it is sent with the same key. */
  create(input: TaskInput, key: string): Promise<Task>;
  update(id: string, patch: TaskPatch, seenVersion: number): Promise<Task>;
  /** Puts it behind the task `after`, or on top. Nobody's words are written over, so any version will do. */
  move(id: string, after: string | null): Promise<Task>;
  delete(id: string, seenVersion: number): Promise<void>;
  /** Each task by itself, at most 500, in the order asked; done once however often it is sent with the same key. */
  bulk(change: BulkChange, key: string): Promise<BulkAnswer>;
  /** Takes a task out of the trash. */
  restore(id: string): Promise<Task>;
  /** Takes back what an event or a batch changed, whole or not at all; done once however often it is sent with the same key. */
  undo(what: UndoRequest, key: string): Promise<UndoAnswer>;
  /** The writes that were sent by these calls. */
  readonly own: OwnWrites;
}

export function tasksApi(authorized: AuthorizedSend): TasksApi {
  const own = new OwnWrites();
  const write = async (request: ApiRequest) => {
    const written = await authorized<Written>(request);
    own.answered(written, written.task._id);
    return written.task;
  };
  return {
    own,
    list: (query, cursor, signal) =>
      authorized({ path: PATH, query: { limit: TASKS_PER_PAGE, ...query, cursor }, signal }),
    facets: (tz, signal) => authorized({ path: `${PATH}/facets`, query: { tz }, signal }),
    get: async (id, signal) => (await authorized<OneTask>({ path: `${PATH}/${id}`, signal })).task,
    create: (input, key) => write({ method: "POST", path: PATH, body: input, idempotencyKey: key }),
    update: (id, patch, seenVersion) => write({ method: "PATCH", path: `${PATH}/${id}`, body: patch, ifMatch: seenVersion }),
    move: (id, after) => write({ method: "PATCH", path: `${PATH}/${id}`, body: { after } }),
    delete: async (id, seenVersion) => {
      // Sent when the undo seconds are over, which may be because the page is being closed.
      const request = { method: "DELETE", path: `${PATH}/${id}`, ifMatch: seenVersion, keepalive: true } as const;
      own.answered(await authorized<Pick<Written, "eventId">>(request), id);
    },
    bulk: async (change, key) => {
      const request = { method: "POST", path: `${PATH}/bulk`, body: change, idempotencyKey: key } as const;
      const answer = await authorized<BulkAnswer>(request);
      own.answered(answer, ...answer.results.filter(({ status }) => status === 200).map(({ _id }) => _id));
      return answer;
    },
    restore: (id) => write({ method: "POST", path: `${PATH}/${id}/restore` }),
    undo: async (what, key) => {
      const request = { method: "POST", path: `${PATH}/undo`, body: what, idempotencyKey: key } as const;
      const answer = await authorized<UndoAnswer>(request);
      own.answered({ batchId: answer.batchId }, ...answer.tasks.map(({ _id }) => _id));
      return answer;
    },
  };
}
