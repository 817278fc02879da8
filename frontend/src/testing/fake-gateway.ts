import type { Activity, BulkChange, Facets, Task } from "@/lib/api/types";
import { type FakeEvent, note, undo } from "./fake-history";
import { accessToken, answer } from "./session";
import { aTask } from "./tasks";

export interface FakeGateway {
  tasks: Task[];
  trash: Task[];
  /** The queries of lists, as they stood in the addresses. */
  reads: string[];
  /** What was done by these calls, oldest first, to be undone. */
  events: FakeEvent[];
  /** The journal, whichever task it is asked for. */
  activities: Activity[];
  /** The calls that change something, as "METHOD title-or-patch". */
  writes: string[];
  /** Tells all open streams of an event; `id` is the position behind it. */
  tell(event: string, data: unknown, id: string): void;
  /** The positions that streams were opened behind. */
  streams: (string | null)[];
  /** Ends all open streams. */
  endStreams(): void;
  /** Answers the next write in place of the gateway. */
  nextWrite: ((request: { method: string; body: unknown }) => Response | Promise<Response>) | undefined;
  fetch: typeof fetch;
}

/** As much of the gateway as the list needs, in memory, behind `fetch`; `userId` is whose session it renews. */
export function fakeGateway(tasks: Task[], userId = "alice"): FakeGateway {
  const answers = new Map<string, { body: string; response: Response }>();
  const open = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const gateway: FakeGateway = {
    streams: [],
    tell: (event, data, id) => {
      const text = `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
      for (const stream of open) stream.enqueue(new TextEncoder().encode(text));
    },
    endStreams: () => {
      for (const stream of open) stream.close();
      open.clear();
    },
    tasks,
    trash: [],
    reads: [],
    events: [],
    activities: [],
    writes: [],
    nextWrite: undefined,
    fetch: async (input, init) => {
      const { pathname, searchParams } = new URL(String(input));
      const method = init?.method ?? "GET";
      if (pathname.endsWith("/logout")) return answer(204, null);
      if (pathname.endsWith("/refresh")) return answer(200, { accessToken: accessToken(userId) });
      if (pathname.endsWith("/activity/stream")) {
        gateway.streams.push(new Headers(init?.headers).get("last-event-id"));
        return streamInto(open);
      }
      const body = init?.body ? JSON.parse(String(init.body)) : undefined;
      if (pathname.endsWith("/me")) return answer(200, { user: { id: userId, username: userId, email: `${userId}@example.com` } });
      if (method === "GET") gateway.reads.push(searchParams.toString());
      if (pathname.endsWith("/facets")) return answer(200, facetsOf(gateway));
      if (method === "GET" && pathname.endsWith("/activity")) {
        return answer(200, { activities: gateway.activities, nextCursor: null });
      }
      if (method === "GET" && !pathname.endsWith("/tasks")) return one(gateway, pathname.split("/").pop() ?? "");
      if (method === "GET") {
        const tasks = selected(searchParams.has("trash") ? gateway.trash : gateway.tasks, searchParams);
        return answer(200, { totalTasks: tasks.length, tasks, nextCursor: null });
      }
      gateway.writes.push(`${method} ${JSON.stringify(body ?? pathname.split("/").pop())}`);
      const instead = gateway.nextWrite;
      gateway.nextWrite = undefined;
      if (instead) return instead({ method, body });
      const headers = new Headers(init?.headers);
      const key = headers.get("idempotency-key") ?? "";
      const before = key && answers.get(key);
      if (before) {
        return before.body === init?.body ? before.response.clone() : answer(422, { message: "used with another body" });
      }
      const response = pathname.endsWith("/bulk")
        ? bulk(gateway, body)
        : pathname.endsWith("/undo")
          ? undo(gateway, body)
          : pathname.endsWith("/restore")
          ? restore(gateway, pathname.split("/").at(-2) ?? "")
          : write(gateway, method, pathname.split("/").pop() ?? "", body, headers.get("if-match"));
      if (key && response.ok) answers.set(key, { body: String(init?.body), response: response.clone() });
      return response;
    },
  };
  return gateway;
}

function streamInto(open: Set<ReadableStreamDefaultController<Uint8Array>>): Response {
  let opened: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => {
      opened = stream;
      open.add(stream);
      stream.enqueue(new TextEncoder().encode(":\nretry: 10\n\n"));
    },
    cancel: () => void open.delete(opened),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function one({ tasks }: FakeGateway, id: string): Response {
  const task = tasks.find(({ _id }) => _id === id);
  return task ? answer(200, { task }) : answer(404, { message: "Task not found" });
}

function write(gateway: FakeGateway, method: string, id: string, body: Partial<Task>, ifMatch: string | null): Response {
  if (method === "POST") {
    const task = aTask(body);
    gateway.tasks = [task, ...gateway.tasks];
    return answer(201, { msg: "", task, eventId: note(gateway, "TaskCreated", undefined, task) });
  }
  const task = gateway.tasks.find(({ _id }) => _id === id);
  if (!task) return answer(404, { message: "Task not found" });
  if (ifMatch !== `"${task.version}"`) return answer(412, { message: "changed", task });
  gateway.tasks = gateway.tasks.filter((each) => each !== task);
  if (method === "DELETE") {
    const trashed = { ...task, version: task.version + 1, deletedAt: "2026-11-22T13:00:00.000Z" };
    gateway.trash = [trashed, ...gateway.trash];
    return answer(200, { msg: "", eventId: note(gateway, "TaskDeleted", task, trashed) });
  }
  const amended = { ...task, ...body, version: task.version + 1 };
  gateway.tasks = [amended, ...gateway.tasks];
  return answer(200, { msg: "", task: amended, eventId: note(gateway, "TaskUpdated", task, amended) });
}

function restore(gateway: FakeGateway, id: string): Response {
  const task = gateway.trash.find(({ _id }) => _id === id);
  if (!task) return answer(404, { message: "Task not found" });
  gateway.trash = gateway.trash.filter((each) => each !== task);
  const restored = { ...task, version: task.version + 1, deletedAt: null };
  gateway.tasks = [restored, ...gateway.tasks];
  return answer(200, { msg: "", task: restored, eventId: note(gateway, "TaskRestored", task, restored) });
}

/** Each task by itself, in place. */
function bulk(gateway: FakeGateway, { ids = [], action, set, addLabels = [], removeLabels = [] }: BulkChange): Response {
  const since = gateway.events.length;
  const results = ids.map((_id) => {
    const task = (action === "restore" ? gateway.trash : gateway.tasks).find((each) => each._id === _id);
    if (!task) return { _id, status: 404, version: null };
    const version = task.version + 1;
    if (action === "restore") restore(gateway, _id);
    else if (action === "delete") write(gateway, "DELETE", _id, {}, `"${task.version}"`);
    else {
      const labels = [...new Set([...task.labels, ...addLabels])].filter((label) => !removeLabels.includes(label));
      const amended = { ...task, labels, ...set, version } as Task;
      gateway.tasks = gateway.tasks.map((each) => (each === task ? amended : each));
      note(gateway, "TaskUpdated", task, amended);
    }
    return { _id, status: 200, version };
  });
  const batchId = `batch ${since}`;
  for (const event of gateway.events.slice(since)) event.batchId = batchId;
  return answer(200, { batchId, results });
}

/** The filters of a list, but for `due`. */
function selected(tasks: Task[], query: URLSearchParams): Task[] {
  const [statuses, lists, labels, priorities] = ["status", "list", "label", "priority"].map((name) => query.getAll(name));
  const done = query.get("done");
  const words = query.get("q")?.toLowerCase().split(" ") ?? [];
  const any = (wanted: string[] | undefined, value: string) => !wanted?.length || wanted.includes(value);
  return tasks.filter(
    (task) =>
      any(statuses, task.status) &&
      any(lists, task.list) &&
      any(priorities, `${task.priority}`) &&
      (labels ?? []).every((label) => task.labels.includes(label)) &&
      (done === null || done === `${isDone(task)}`) &&
      words.every((word) => `${task.title} ${task.description}`.toLowerCase().includes(word)),
  );
}

const isDone = ({ status }: Task): boolean => status.toLowerCase() === "completed";

function facetsOf({ tasks, trash }: FakeGateway): Facets {
  const count = <Value>(valuesOf: (task: Task) => Value[]) => {
    const values = [...new Set(tasks.flatMap(valuesOf))];
    const having = (value: Value, done: boolean) => tasks.filter((task) => valuesOf(task).includes(value) && isDone(task) === done).length;
    return values.map((value) => ({ value, open: having(value, false), done: having(value, true) }));
  };
  return {
    lists: count(({ list }) => [list]),
    labels: count(({ labels }) => labels),
    statuses: count(({ status }) => [status]),
    priorities: count(({ priority }) => [priority]),
    due: { overdue: 0, today: 0, upcoming: 0, none: tasks.filter((task) => !isDone(task)).length },
    trash: trash.length,
    truncated: false,
  };
}
