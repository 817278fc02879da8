import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import type { Task } from "@/lib/api/types";
import { aTask } from "@/testing/tasks";
import { OwnVersions } from "./own-versions";
import { runTogether } from "./run-together";
import { taskKey } from "./send-change";

const TASK = aTask({ version: 3 });

/** A change of the task, upon which the gateway gives it this version. */
async function change(version: number, versions = new OwnVersions()) {
  const client = new QueryClient();
  client.setQueryData(taskKey(TASK._id), TASK);
  const part = { kind: "update", key: "", base: TASK, patch: { list: "Home" } } as const;
  const done = [{ part, after: { ...TASK, ...part.patch, version } }];
  await runTogether({ client, versions }, [part], () => Promise.resolve({ done, failed: [], undoneBy: [] }));
  return { versions, shown: client.getQueryData<Task>(taskKey(TASK._id)) };
}

test("a version that someone else wrote in between is not followed, nor are their words taken for read", async () => {
  const { versions, shown } = await change(5);
  expect(versions.latest(TASK)).toBe(3);
  expect(versions.latest({ ...TASK, version: 4 })).toBe(5);
  expect(shown).toMatchObject({ list: "Home", version: 3 });
});

test("one that this page wrote in between is followed", async () => {
  const before = new OwnVersions();
  before.wrote(3, { ...TASK, version: 4 });
  const { versions, shown } = await change(5, before);
  expect(versions.latest(TASK)).toBe(5);
  expect(shown).toMatchObject({ list: "Home", version: 5 });
});

test("what changed nothing leaves the version as it was", async () => {
  const { versions, shown } = await change(3);
  expect(versions.latest(TASK)).toBe(3);
  expect(shown?.version).toBe(3);
});
