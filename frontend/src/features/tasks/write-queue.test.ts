import { expect, test, vi } from "vitest";
import { aTask } from "@/testing/tasks";
import { WriteQueue } from "./write-queue";

test("quick changes to one task go out one after another, each with the version the last one left", async () => {
  const own = new WriteQueue();
  const task = aTask({ version: 7 });
  const seen: number[] = [];
  let running = 0;
  const send = async (version: number) => {
    expect(++running).toBe(1);
    await Promise.resolve();
    running--;
    seen.push(version);
    return { ...task, version: version + 1 };
  };
  await Promise.all([own.write(task, send), own.write(task, send), own.write(task, send)]);
  expect(seen).toEqual([7, 8, 9]);
});

test("a version that someone else wrote is not followed", async () => {
  const own = new WriteQueue();
  const task = aTask({ version: 1 });
  await own.write(task, async () => ({ ...task, version: 2 }));
  const send = vi.fn(async (version: number) => ({ ...task, version: version + 1 }));
  await own.write({ ...task, version: 5 }, send);
  expect(send).toHaveBeenCalledWith(5);
});

test("a refused write does not hold up the next", async () => {
  const own = new WriteQueue();
  const task = aTask();
  const refused = own.write(task, () => Promise.reject(new Error("no")));
  const next = own.write(task, async (version) => ({ ...task, version: version + 1 }));
  await expect(refused).rejects.toThrow("no");
  await expect(next).resolves.toMatchObject({ version: 2 });
});

test("a delete waits for the writes before it", async () => {
  const own = new WriteQueue();
  const task = aTask({ version: 1 });
  void own.write(task, async () => ({ ...task, version: 2 }));
  const send = vi.fn(async () => undefined);
  await own.remove(task, send);
  expect(send).toHaveBeenCalledWith(2);
});
