import { beforeEach, expect, test, vi } from "vitest";
import { answer } from "@/testing/session";
import { send } from "./http";

let fetched: ReturnType<typeof vi.fn<typeof fetch>>;
beforeEach(() => {
  fetched = vi.fn<typeof fetch>(async () => answer(200, {}));
  vi.stubGlobal("fetch", fetched);
});

const traces = () =>
  fetched.mock.calls.map(([, init]) => new Headers(init?.headers).get("traceparent"));

test("each request begins a trace of its own", async () => {
  await send("http://gateway.test", { path: "/api/tasks" }, "token");
  await send("http://gateway.test", { method: "POST", path: "/api/users/auth/login", body: {} });
  const [first, second] = traces();
  for (const trace of [first, second]) expect(trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(first).not.toBe(second);
});

test("a request that needs no preflight is not made to need one", async () => {
  await send("http://gateway.test", { method: "POST", path: "/api/users/auth/refresh", withCookie: true });
  expect(traces()).toEqual([null]);
});
