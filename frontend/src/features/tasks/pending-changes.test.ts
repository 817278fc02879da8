import { expect, test } from "vitest";
import { aTask } from "@/testing/tasks";
import { newInput } from "./fields";
import { type TaskChange, patchOf, withPending } from "./pending-changes";

const update = (base: ReturnType<typeof aTask>, status: string): TaskChange => ({ kind: "update", key: "k", base, patch: { status } });

test("a pending change shows at once, and a refused one leaves the list as it was", () => {
  const task = aTask({ status: "Not Started" });
  const [changed] = withPending([task], [update(task, "Completed")]);
  expect(changed?.status).toBe("Completed");
  expect(withPending([task], [])[0]?.status).toBe("Not Started");
});

test("of several pending changes to one task the latest shows", () => {
  const task = aTask();
  const [changed] = withPending([task], [update(task, "In Progress"), update(task, "Completed")]);
  expect(changed?.status).toBe("Completed");
});

test("a deleted task is gone while its undo seconds run", () => {
  const [kept, gone] = [aTask(), aTask()];
  expect(withPending([kept, gone], [{ kind: "delete", base: gone }]).map(({ _id }) => _id)).toEqual([kept._id]);
});

test("a new task stands first, and is not shown twice when its stored self arrives", () => {
  const input = newInput("new");
  const creation: TaskChange = { kind: "create", key: "new-1", input, at: "2026-11-22T12:00:00.000Z" };
  const old = aTask();
  const shown = withPending([old], [creation]);
  expect(shown.map(({ title, stored }) => [title, stored])).toEqual([["new", false], [old.title, true]]);
  const arrived = withPending([{ ...aTask({ title: "new" }), key: "new-1" }, old], [creation]);
  expect(arrived.map(({ key, stored }) => [key, stored])).toEqual([["new-1", true], [old._id, true]]);
});

test("a task that did not change stays the same object, so that its row is not drawn again", () => {
  const [one, two] = [aTask(), aTask()];
  const before = withPending([one, two], []);
  const after = withPending([one, two], [update(one, "Completed")]);
  expect(after[1]).toBe(before[1]);
  expect(after[0]).not.toBe(before[0]);
});

test("only the fields that were changed are sent", () => {
  const base = aTask({ title: "Old", status: "In Progress", description: "kept" });
  expect(patchOf(base, { ...base, title: " New " })).toEqual({ title: "New" });
  expect(patchOf(base, { ...base, title: "Old " })).toBeUndefined();
  expect(patchOf(base, { ...base, description: "" })).toEqual({ description: "" });
});
