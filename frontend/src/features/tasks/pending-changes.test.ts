import { expect, test } from "vitest";
import { aTask } from "@/testing/tasks";
import { newInput } from "./fields";
import { isTyped, keepKey, type TaskChange, patchOf, withPending } from "./pending-changes";

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
  const creation = { kind: "create", key: "new-1", input, at: "2026-11-22T12:00:00.000Z" } satisfies TaskChange;
  const old = aTask();
  const shown = withPending([old], [creation]);
  expect(shown.map(({ title, stored }) => [title, stored])).toEqual([["new", false], [old.title, true]]);
  const stored = aTask({ title: "new" });
  keepKey(stored._id, creation.key);
  const arrived = withPending([stored, old], [creation]);
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

test("a field is changed when what it holds is, not when it is another object", () => {
  const checklist = [{ id: "a", text: "oil", done: false }];
  const base = aTask({ due: { at: "2026-12-01T09:00", tz: "Europe/Rome" }, labels: ["errand"], checklist });
  const same = { due: { tz: "Europe/Rome", at: "2026-12-01T09:00" }, labels: ["errand"], checklist: [...checklist] };
  expect(patchOf(base, { ...base, ...same })).toBeUndefined();
  const ticked = [{ id: "a", text: "oil ", done: true }];
  expect(patchOf(base, { ...base, due: { date: "2026-12-01" }, checklist: ticked })).toEqual({
    due: { date: "2026-12-01" },
    checklist: [{ id: "a", text: "oil", done: true }],
  });
});

test("words are what a person would miss; a tick, a priority and an offered status are mere clicks", () => {
  const base = aTask({ checklist: [{ id: "a", text: "oil", done: false }] });
  const typed = (patch: Parameters<typeof isTyped>[0]["patch"]) => isTyped({ base, patch });
  expect(typed({ checklist: [{ id: "a", text: "oil", done: true }], priority: 3, status: "completed" })).toBe(false);
  expect(typed({ checklist: [{ id: "a", text: "whale oil", done: false }] })).toBe(true);
  expect(typed({ labels: ["errand"] })).toBe(true);
  expect(typed({ status: "Waiting" })).toBe(true);
});
