import type { Task } from "@/lib/api/types";
import { accessToken, answer } from "./session";
import { aTask } from "./tasks";

export interface FakeGateway {
  tasks: Task[];
  /** The calls that change something, as "METHOD title-or-patch". */
  writes: string[];
  /** Answers the next write in place of the gateway. */
  nextWrite: ((request: { method: string; body: unknown }) => Response | Promise<Response>) | undefined;
  fetch: typeof fetch;
}

/** As much of the gateway as the list needs, in memory, behind `fetch`; `userId` is whose session it renews. */
export function fakeGateway(tasks: Task[], userId = "alice"): FakeGateway {
  const answers = new Map<string, { body: string; response: Response }>();
  const gateway: FakeGateway = {
    tasks,
    writes: [],
    nextWrite: undefined,
    fetch: async (input, init) => {
      const { pathname } = new URL(String(input));
      const method = init?.method ?? "GET";
      if (pathname.endsWith("/logout")) return answer(204, null);
      if (pathname.endsWith("/refresh")) return answer(200, { accessToken: accessToken(userId) });
      const body = init?.body ? JSON.parse(String(init.body)) : undefined;
      if (method === "GET") return answer(200, { totalTasks: gateway.tasks.length, tasks: gateway.tasks, nextCursor: null });
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
      const response = write(gateway, method, pathname.split("/").pop() ?? "", body, headers.get("if-match"));
      if (key && response.ok) answers.set(key, { body: String(init?.body), response: response.clone() });
      return response;
    },
  };
  return gateway;
}

function write(gateway: FakeGateway, method: string, id: string, body: Partial<Task>, ifMatch: string | null): Response {
  if (method === "POST") {
    const task = aTask(body);
    gateway.tasks = [task, ...gateway.tasks];
    return answer(201, { msg: "", task });
  }
  const task = gateway.tasks.find(({ _id }) => _id === id);
  if (!task) return answer(404, { message: "Task not found" });
  if (ifMatch !== `"${task.version}"`) return answer(412, { message: "changed", task });
  gateway.tasks = gateway.tasks.filter((each) => each !== task);
  if (method === "DELETE") return answer(200, { msg: "" });
  const amended = { ...task, ...body, version: task.version + 1 };
  gateway.tasks = [amended, ...gateway.tasks];
  return answer(200, { msg: "", task: amended });
}
