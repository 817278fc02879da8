import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, NetworkError, SignedOutError } from "@/lib/api/errors";
import { accessToken, answer, memoryMark, tabsOf } from "@/testing/session";
import { Session } from "./session";

const BASE = "http://gateway.test";
const refused = (status: number) => new ApiError({ status, message: "no" });

const ALICE = { email: "alice@example.org", password: "a-long-password" };

function open(tabs = tabsOf(), unheardLogout = memoryMark()) {
  const auth = { register: vi.fn(), login: vi.fn(), refresh: vi.fn(), logout: vi.fn() };
  const hint = memoryMark();
  const parts = { baseUrl: BASE, auth, hint, unheardLogout, lock: tabs.lock, channel: tabs.channel() };
  const session = new Session(parts);
  const close = session.follow();
  return { session, auth, hint, unheardLogout, close };
}

let fetched: ReturnType<typeof vi.fn<typeof fetch>>;
beforeEach(() => {
  fetched = vi.fn<typeof fetch>();
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => vi.useRealTimers());

const bearer = (call: number) =>
  new Headers(fetched.mock.calls[call]?.[1]?.headers).get("authorization");

test("restoring with a live cookie signs the person in", async () => {
  const { session, auth } = open();
  auth.refresh.mockResolvedValue(accessToken("alice"));
  await session.restore();
  expect(session.current()).toEqual({ phase: "signed-in", userId: "alice" });
});

test("restoring without a cookie signs nobody in, and says that nobody was", async () => {
  const { session, auth } = open();
  auth.refresh.mockRejectedValue(refused(401));
  await session.restore();
  expect(session.current()).toEqual({ phase: "signed-out", reason: "none", userId: undefined });
});

test("restoring against a gateway that does not answer keeps the session and tries again by itself", async () => {
  vi.useFakeTimers();
  const { session, auth, hint } = open();
  hint.set("1");
  auth.refresh.mockRejectedValueOnce(new NetworkError()).mockResolvedValue(accessToken("alice"));
  await session.restore();
  expect(session.current().phase).toBe("unreachable");
  expect(hint.read()).toBeDefined();
  await vi.advanceTimersByTimeAsync(1000);
  expect(session.current().phase).toBe("signed-in");
});

test("ten calls that need a token ask for one renewal", async () => {
  const { session, auth } = open();
  auth.refresh.mockResolvedValue(accessToken("alice"));
  fetched.mockImplementation(async () => answer(200, {}));
  vi.useFakeTimers();
  auth.login.mockResolvedValue(accessToken("alice", 2));
  await session.login(ALICE);
  vi.advanceTimersByTime(1500);
  await Promise.all(Array.from({ length: 10 }, () => session.as("alice")({ path: "/api/tasks" })));
  expect(auth.refresh).toHaveBeenCalledTimes(1);
});

test("a 401 renews the token once and sends the call again with the new one", async () => {
  const { session, auth } = open();
  const [first, second] = [accessToken("alice"), accessToken("alice")];
  auth.login.mockResolvedValue(first);
  auth.refresh.mockResolvedValue(second);
  await session.login(ALICE);
  fetched.mockResolvedValueOnce(answer(401, { message: "no" })).mockResolvedValueOnce(answer(200, { ok: 1 }));
  await expect(session.as("alice")({ path: "/api/tasks" })).resolves.toEqual({ ok: 1 });
  expect([bearer(0), bearer(1)]).toEqual([`Bearer ${first}`, `Bearer ${second}`]);
});

test("calls rejected together with the same token share one renewal", async () => {
  const { session, auth } = open();
  const first = accessToken("alice");
  auth.login.mockResolvedValue(first);
  auth.refresh.mockImplementation(async () => accessToken("alice"));
  await session.login(ALICE);
  fetched.mockImplementation(async (_url, init) =>
    answer(new Headers(init?.headers).get("authorization") === `Bearer ${first}` ? 401 : 200, {}),
  );
  await Promise.all([1, 2, 3].map(() => session.as("alice")({ path: "/api/tasks" })));
  expect(auth.refresh).toHaveBeenCalledTimes(1);
});

test("a token near its end is renewed before it is used", async () => {
  vi.useFakeTimers();
  const { session, auth } = open();
  auth.login.mockResolvedValue(accessToken("alice", 900));
  auth.refresh.mockImplementation(async () => accessToken("alice", 900));
  fetched.mockImplementation(async () => answer(200, {}));
  await session.login(ALICE);
  await session.as("alice")({ path: "/api/tasks" });
  expect(auth.refresh).not.toHaveBeenCalled();
  vi.advanceTimersByTime(880_000);
  await session.as("alice")({ path: "/api/tasks" });
  expect(auth.refresh).toHaveBeenCalledTimes(1);
});

test("a revoked session ends in this tab with its reason, and the call fails", async () => {
  const { session, auth, hint } = open();
  auth.login.mockResolvedValue(accessToken("alice"));
  auth.refresh.mockRejectedValue(refused(401));
  await session.login(ALICE);
  fetched.mockImplementation(async () => answer(401, { message: "no" }));
  await expect(session.as("alice")({ path: "/api/tasks" })).rejects.toBeInstanceOf(SignedOutError);
  expect(session.current()).toEqual({ phase: "signed-out", reason: "ended", userId: "alice" });
  expect(hint.read()).toBeUndefined();
});

test("logout sends the token, then signs out every tab", async () => {
  const tabs = tabsOf();
  const [here, there] = [open(tabs), open(tabs)];
  const token = accessToken("alice");
  here.auth.login.mockResolvedValue(token);
  there.auth.refresh.mockResolvedValue(accessToken("alice"));
  await here.session.login(ALICE);
  await vi.waitFor(() => expect(there.session.current().phase).toBe("signed-in"));
  await here.session.logout();
  expect(here.auth.logout).toHaveBeenCalledWith(token, expect.anything());
  for (const tab of [here, there]) {
    expect(tab.session.current()).toEqual({ phase: "signed-out", reason: "logged-out", userId: "alice" });
  }
});

test("a logout with a dead token renews it first, so that the session really ends", async () => {
  const { session, auth } = open();
  const renewed = accessToken("alice");
  auth.login.mockResolvedValue(accessToken("alice"));
  auth.refresh.mockResolvedValue(renewed);
  auth.logout.mockRejectedValueOnce(refused(401)).mockResolvedValue(undefined);
  await session.login(ALICE);
  await session.logout();
  expect(auth.logout).toHaveBeenLastCalledWith(renewed, expect.anything());
});

test("two tabs never renew at the same time", async () => {
  const tabs = tabsOf();
  const [here, there] = [open(tabs), open(tabs)];
  let running = 0;
  for (const tab of [here, there]) {
    tab.auth.refresh.mockImplementation(async () => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
      return accessToken("alice");
    });
  }
  await Promise.all([here.session.restore(), there.session.restore()]);
  expect(here.session.current()).toEqual(there.session.current());
});
