import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, NetworkError } from "@/lib/api/errors";
import { accessToken, memoryMark, tabsOf } from "@/testing/session";
import { PATIENCE_MS } from "./logout";
import { Session } from "./session";

const ALICE = { email: "alice@example.org", password: "a-long-password" };
const refused = (status: number) => new ApiError({ status, message: "no" });
const never = () => new Promise<never>(() => undefined);

/** A tab of the browser that has these marks. */
function open(unheardLogout = memoryMark(), tabs = tabsOf()) {
  const auth = { register: vi.fn(), login: vi.fn(), refresh: vi.fn(), logout: vi.fn() };
  const parts = { baseUrl: "http://gateway.test", auth, unheardLogout, hint: memoryMark(), lock: tabs.lock, channel: tabs.channel() };
  const session = new Session(parts);
  const close = session.follow();
  return { session, auth, unheardLogout, close };
}

async function signedIn(parts = open()) {
  parts.auth.login.mockResolvedValueOnce(accessToken("alice"));
  await parts.session.login(ALICE);
  return parts;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("while the gateway is silent the session ends here, and there as soon as it answers", async () => {
  const { session, auth, unheardLogout } = await signedIn();
  auth.logout.mockImplementationOnce(never);
  const done = session.logout();
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  await done;
  expect(session.current()).toEqual({ phase: "signed-out", reason: "leaving", userId: "alice" });
  expect(unheardLogout.read()).toBe("alice");
});

test("a refused connection ends the session here at once, and the logout is told later", async () => {
  const { session, auth, unheardLogout } = await signedIn();
  auth.logout.mockRejectedValueOnce(new NetworkError());
  auth.refresh.mockRejectedValueOnce(new NetworkError()).mockResolvedValueOnce(accessToken("alice"));
  await session.logout();
  expect(session.current()).toMatchObject({ reason: "leaving" });
  await vi.advanceTimersByTimeAsync(5000);
  expect(auth.logout).toHaveBeenCalledTimes(2);
  expect(unheardLogout.read()).toBeUndefined();
  expect(session.current()).toMatchObject({ phase: "signed-out", reason: "logged-out" });
});

test("after a reload the session is not taken up again, and its end is told", async () => {
  const before = await signedIn();
  before.auth.logout.mockRejectedValue(new NetworkError());
  before.auth.refresh.mockRejectedValue(new NetworkError());
  await before.session.logout();
  before.close();

  const { session, auth, unheardLogout } = open(before.unheardLogout);
  const token = accessToken("alice");
  auth.refresh.mockResolvedValue(token);
  await session.restore();
  expect(session.current()).toMatchObject({ phase: "signed-out", reason: "leaving" });
  await vi.advanceTimersByTimeAsync(0);
  expect(auth.logout).toHaveBeenCalledWith(token, expect.anything());
  expect(unheardLogout.read()).toBeUndefined();
});

test("it never ends the session of the next person", async () => {
  const { auth, unheardLogout } = open(marked("alice"));
  auth.refresh.mockResolvedValue(accessToken("bob"));
  await vi.advanceTimersByTimeAsync(0);
  expect(auth.refresh).toHaveBeenCalledOnce();
  expect(auth.logout).not.toHaveBeenCalled();
  expect(unheardLogout.read()).toBeUndefined();
});

test("whoever logs in first tells of the logout before, and gets in also where that fails", async () => {
  const tab = open();
  tab.unheardLogout.set("alice");
  tab.auth.refresh.mockResolvedValueOnce(accessToken("alice"));
  tab.auth.logout.mockRejectedValueOnce(refused(503));
  tab.auth.login.mockResolvedValueOnce(accessToken("bob"));
  await tab.session.login(ALICE);
  expect(tab.auth.logout.mock.invocationCallOrder[0]).toBeLessThan(tab.auth.login.mock.invocationCallOrder[0]!);
  expect(tab.session.current()).toEqual({ phase: "signed-in", userId: "bob" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tab.auth.logout).toHaveBeenCalledTimes(1);
});

test("a renewal that was on its way does not bring back who has left", async () => {
  const { session, auth } = await signedIn();
  let renew: (token: string) => void = () => undefined;
  auth.refresh.mockImplementationOnce(() => new Promise((resolve) => (renew = resolve)));
  vi.advanceTimersByTime(880_000);
  const call = expect(session.as("alice")({ path: "/api/tasks" })).rejects.toThrow("over");
  await vi.advanceTimersByTimeAsync(0);
  const done = session.logout();
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  await done;
  renew(accessToken("alice"));
  await call;
  expect(session.current().phase).toBe("signed-out");
});

test("another tab's logout does not sign out who has logged in here since", async () => {
  const tabs = tabsOf();
  const { session } = await signedIn(open(memoryMark(), tabs));
  const other = tabs.channel();
  other.listen(() => undefined);
  other.tell({ kind: "signed-out", userId: "bob" });
  expect(session.current().phase).toBe("signed-in");
  other.tell({ kind: "signed-out", userId: "alice" });
  expect(session.current().phase).toBe("signed-out");
});

function marked(userId: string) {
  const mark = memoryMark();
  mark.set(userId);
  return mark;
}
