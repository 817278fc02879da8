import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tabLock, withLease } from "./tab-lock";

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test("without Web Locks the lease lets one tab in at a time", async () => {
  expect(navigator.locks).toBeUndefined();
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} in`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    log.push(`${name} out`);
  };
  const both = Promise.all([tabLock(work("first")), tabLock(work("second"))]);
  await vi.runAllTimersAsync();
  await both;
  expect(log.map((line) => line.split(" ")[1])).toEqual(["in", "out", "in", "out"]);
});

test("a lease left behind by a closed tab runs out", async () => {
  void withLease(() => new Promise(() => undefined));
  await vi.advanceTimersByTimeAsync(100);
  const work = vi.fn(async () => "done");
  const later = withLease(work);
  await vi.advanceTimersByTimeAsync(1000);
  expect(work).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(5000);
  await expect(later).resolves.toBe("done");
});

test("work that fails gives the lease back", async () => {
  const failing = withLease(() => Promise.reject(new Error("refused")));
  const caught = expect(failing).rejects.toThrow("refused");
  await vi.runAllTimersAsync();
  await caught;
  expect(localStorage).toHaveLength(0);
});

test("Web Locks are used where they exist", async () => {
  const request = vi.fn((_name: string, _options: LockOptions, work: () => Promise<string>) => work());
  vi.stubGlobal("navigator", { locks: { request } });
  await expect(tabLock(async () => "done")).resolves.toBe("done");
  expect(request).toHaveBeenCalledOnce();
});
