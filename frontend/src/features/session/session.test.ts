import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, NetworkError } from "@/lib/api/errors";
import { accessToken, answer, memoryHint, tabsOf } from "@/testing/session";
import { Session } from "./session";

const BASE = "http://gateway.test";
const refused = (status: number) => new ApiError({ status, message: "no" });

function open(tabs = tabsOf()) {
  const accounts = { register: vi.fn(), login: vi.fn(), refresh: vi.fn(), logout: vi.fn() };
  const hint = memoryHint();
  const session = new Session({ baseUrl: BASE, accounts, hint, lock: tabs.lock, channel: tabs.channel() });
  session.follow();
  return { session, accounts, hint };
}

let fetched: ReturnType<typeof vi.fn<typeof fetch>>;
beforeEach(() => {
  fetched = vi.fn<typeof fetch>();
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => vi.useRealTimers());

const bearer = (call: number) =>
  new Headers(fetched.mock.calls[call]?.[1]?.headers).get("authorization");

test("waking with a live cookie signs the hunter in", async () => {
  const { session, accounts } = open();
  accounts.refresh.mockResolvedValue(accessToken("ludwig"));
  await session.wake();
  expect(session.current()).toEqual({ phase: "signed-in", userId: "ludwig" });
});

test("waking without a cookie signs nobody in, and says that nobody was", async () => {
  const { session, accounts } = open();
  accounts.refresh.mockRejectedValue(refused(401));
  await session.wake();
  expect(session.current()).toEqual({ phase: "signed-out", because: "never-in" });
});

test("waking against a silent gateway keeps the session and tries again by itself", async () => {
  vi.useFakeTimers();
  const { session, accounts, hint } = open();
  hint.set();
  accounts.refresh.mockRejectedValueOnce(new NetworkError()).mockResolvedValue(accessToken("ludwig"));
  await session.wake();
  expect(session.current().phase).toBe("unreachable");
  expect(hint.isSet()).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(session.current().phase).toBe("signed-in");
});

test("ten calls that need a token ask for one renewal", async () => {
  const { session, accounts } = open();
  accounts.refresh.mockResolvedValue(accessToken("ludwig"));
  fetched.mockImplementation(async () => answer(200, {}));
  await Promise.all(Array.from({ length: 10 }, () => session.authorized({ path: "/api/tasks" })));
  expect(accounts.refresh).toHaveBeenCalledTimes(1);
});

test("a 401 renews the token once and sends the call again with the new one", async () => {
  const { session, accounts } = open();
  const [first, second] = [accessToken("ludwig"), accessToken("ludwig")];
  accounts.login.mockResolvedValue(first);
  accounts.refresh.mockResolvedValue(second);
  await session.login({ email: "l@example.org", password: "moonlight" });
  fetched.mockResolvedValueOnce(answer(401, { message: "no" })).mockResolvedValueOnce(answer(200, { ok: 1 }));
  await expect(session.authorized({ path: "/api/tasks" })).resolves.toEqual({ ok: 1 });
  expect([bearer(0), bearer(1)]).toEqual([`Bearer ${first}`, `Bearer ${second}`]);
});

test("calls rejected together with the same token share one renewal", async () => {
  const { session, accounts } = open();
  const first = accessToken("ludwig");
  accounts.login.mockResolvedValue(first);
  accounts.refresh.mockImplementation(async () => accessToken("ludwig"));
  await session.login({ email: "l@example.org", password: "moonlight" });
  fetched.mockImplementation(async (_url, init) =>
    answer(new Headers(init?.headers).get("authorization") === `Bearer ${first}` ? 401 : 200, {}),
  );
  await Promise.all([1, 2, 3].map(() => session.authorized({ path: "/api/tasks" })));
  expect(accounts.refresh).toHaveBeenCalledTimes(1);
});

test("a token near its end is renewed before it is used", async () => {
  vi.useFakeTimers();
  const { session, accounts } = open();
  accounts.login.mockResolvedValue(accessToken("ludwig", 900));
  accounts.refresh.mockImplementation(async () => accessToken("ludwig", 900));
  fetched.mockImplementation(async () => answer(200, {}));
  await session.login({ email: "l@example.org", password: "moonlight" });
  await session.authorized({ path: "/api/tasks" });
  expect(accounts.refresh).not.toHaveBeenCalled();
  vi.advanceTimersByTime(880_000);
  await session.authorized({ path: "/api/tasks" });
  expect(accounts.refresh).toHaveBeenCalledTimes(1);
});

test("a revoked session ends in this tab with its reason, and the call fails", async () => {
  const { session, accounts, hint } = open();
  accounts.login.mockResolvedValue(accessToken("ludwig"));
  accounts.refresh.mockRejectedValue(refused(401));
  await session.login({ email: "l@example.org", password: "moonlight" });
  fetched.mockImplementation(async () => answer(401, { message: "no" }));
  await expect(session.authorized({ path: "/api/tasks" })).rejects.toMatchObject({ status: 401 });
  expect(session.current()).toEqual({ phase: "signed-out", because: "ended" });
  expect(hint.isSet()).toBe(false);
});

test("logout sends the token, then signs out every tab", async () => {
  const tabs = tabsOf();
  const [here, there] = [open(tabs), open(tabs)];
  const token = accessToken("ludwig");
  here.accounts.login.mockResolvedValue(token);
  there.accounts.refresh.mockResolvedValue(accessToken("ludwig"));
  await here.session.login({ email: "l@example.org", password: "moonlight" });
  await vi.waitFor(() => expect(there.session.current().phase).toBe("signed-in"));
  await here.session.logout();
  expect(here.accounts.logout).toHaveBeenCalledWith(token);
  for (const tab of [here, there]) {
    expect(tab.session.current()).toEqual({ phase: "signed-out", because: "left" });
  }
});

test("a logout that the gateway did not hear leaves the session standing", async () => {
  const { session, accounts } = open();
  accounts.login.mockResolvedValue(accessToken("ludwig"));
  accounts.logout.mockRejectedValue(new NetworkError());
  await session.login({ email: "l@example.org", password: "moonlight" });
  await expect(session.logout()).rejects.toBeInstanceOf(NetworkError);
  expect(session.current().phase).toBe("signed-in");
});

test("a logout with a dead token renews it first, so that the session really ends", async () => {
  const { session, accounts } = open();
  const renewed = accessToken("ludwig");
  accounts.login.mockResolvedValue(accessToken("ludwig"));
  accounts.refresh.mockResolvedValue(renewed);
  accounts.logout.mockRejectedValueOnce(refused(401)).mockResolvedValue(undefined);
  await session.login({ email: "l@example.org", password: "moonlight" });
  await session.logout();
  expect(accounts.logout).toHaveBeenLastCalledWith(renewed);
});

test("two tabs never renew at the same time", async () => {
  const tabs = tabsOf();
  const [here, there] = [open(tabs), open(tabs)];
  let running = 0;
  for (const tab of [here, there]) {
    tab.accounts.refresh.mockImplementation(async () => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
      return accessToken("ludwig");
    });
  }
  await Promise.all([here.session.wake(), there.session.wake()]);
  expect(here.session.current()).toEqual(there.session.current());
});
