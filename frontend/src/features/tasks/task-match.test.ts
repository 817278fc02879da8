import { expect, test } from "vitest";
import type { Task, TaskQuery } from "@/lib/api/types";
import { aTask } from "@/testing/tasks";
import { dueState } from "./due-state";
import { withChanged } from "./facets";
import { withPending } from "./pending-changes";
import { withStored } from "./task-cache";
import { matches, staysListed } from "./task-match";

const NOON = Date.parse("2026-11-26T12:00:00Z");

test.each([
  [{ done: false }, { status: "cOMPLETED" }, false],
  [{ done: true }, { status: "completed" }, true],
  [{ status: ["waiting"] }, { status: "Waiting" }, true],
  [{ list: [""] }, { list: "Home" }, false],
  [{ list: ["home"] }, { list: "Home" }, false],
  [{ label: ["Errand", "night"] }, { labels: ["errand", "Night"] }, true],
  [{ label: ["errand", "night"] }, { labels: ["errand"] }, false],
  [{ priority: [2, 3] }, { priority: 3 }, true],
  [{ trash: true }, { deletedAt: "2026-11-22T12:00:00.000Z" }, true],
  [{}, { deletedAt: "2026-11-22T12:00:00.000Z" }, false],
  [{ q: "LAMP oil" }, { title: "Oil", checklist: [{ id: "a", text: "lamps", done: false }] }, true],
  [{ q: "cafe" }, { description: "Au Café" }, true],
  [{ q: "wick" }, { title: "Oil" }, false],
  [{ due: "today", tz: "UTC" }, { due: { date: "2026-11-26" } }, true],
  [{ due: "today", tz: "UTC" }, { due: { date: "2026-11-26" }, status: "Completed" }, false],
  [{ due: "none", tz: "UTC" }, { due: null, status: "Completed" }, true],
] satisfies [TaskQuery, Partial<Task>, boolean][])("a list of %j of a task with %j: %s", (query, parts, wanted) => {
  expect(matches(aTask(parts), query, NOON)).toBe(wanted);
});

test.each([
  [null, "Europe/Rome", "none"],
  [{ date: "2026-11-25" }, "Europe/Rome", "overdue"],
  [{ date: "2026-11-27" }, "Pacific/Kiritimati", "today"],
  [{ date: "2026-11-26" }, "Pacific/Pago_Pago", "today"],
  [{ at: "2026-11-26T12:59", tz: "Europe/Rome" }, "UTC", "overdue"],
  [{ at: "2026-11-26T13:01", tz: "Europe/Rome" }, "UTC", "today"],
  [{ at: "2026-11-27T00:30", tz: "Europe/Rome" }, "UTC", "today"],
  [{ at: "2026-11-27T01:30", tz: "Europe/Rome" }, "UTC", "upcoming"],
] satisfies [Task["due"], string, string][])("%j is, by the clocks of %s, %s", (due, zone, wanted) => {
  expect(dueState(due, zone, NOON)).toBe(wanted);
});

test("what only the gateway could match stays when something else of it changes, unless it is deleted", () => {
  const found = aTask({ title: "found by rules of the gateway" });
  const query = { q: "another word" };
  expect(staysListed(found, { ...found, status: "In Progress" }, query)).toBe(true);
  expect(staysListed(found, { ...found, deletedAt: "2026-11-22T12:00:00.000Z" }, query)).toBe(false);
});

const OPEN: TaskQuery = { done: false, sort: "rank" };
const [first, second, third] = ["a", "b", "c"].map((rank) => aTask({ rank })) as [Task, Task, Task];
const ids = (tasks: readonly Task[]) => tasks.map(({ _id }) => _id);
const update = (base: Task, patch: Partial<Task>) => ({ kind: "update", key: "k", base, patch }) as const;

test("a pending change takes a task out of a list that it no longer belongs to, and into its place in one that it does", () => {
  expect(ids(withPending([first, second, third], [update(second, { status: "Completed" })], OPEN))).toEqual(ids([first, third]));
  expect(ids(withPending([first, third], [update({ ...second, status: "Completed" }, { status: "In Progress" })], OPEN))).toEqual(
    ids([first, second, third]),
  );
});

test("behind what is loaded nothing is placed, unless all is loaded", () => {
  const reopened = update({ ...third, status: "Completed" }, { status: "In Progress" });
  expect(ids(withPending([first], [reopened], OPEN, false))).toEqual(ids([first]));
  expect(ids(withPending([first], [reopened], OPEN, true))).toEqual(ids([first, third]));
});

const pagesOf = (...pages: Task[][]) => ({
  pageParams: [],
  pages: pages.map((tasks, at) => ({ tasks, totalTasks: 9, nextCursor: at + 1 < pages.length ? "more" : null })),
});

test("a stored task leaves, stays or enters the pages of a list, and the total follows", () => {
  const pages = pagesOf([first], [third]);
  const shown = (query: TaskQuery, stored: Task) => {
    const after = withStored(pages, stored, query);
    return [after.pages.map(({ tasks }) => ids(tasks)), after.pages[0]?.totalTasks];
  };
  expect(shown(OPEN, { ...first, status: "Completed" })).toEqual([[[], ids([third])], 8]);
  expect(shown(OPEN, { ...first, title: "New" })).toEqual([[ids([first]), ids([third])], 9]);
  expect(shown(OPEN, second)).toEqual([[ids([first]), ids([second, third])], 10]);
  expect(shown(OPEN, { ...first, rank: "d" })).toEqual([[[], ids([third, first])], 9]);
});

test("counts follow a change, and labels that differ only by case are one", () => {
  const nothing = {
    lists: [{ value: "Home", open: 2, done: 0 }],
    labels: [{ value: "Errand", open: 1, done: 0 }],
    statuses: [],
    priorities: [],
    due: { overdue: 0, today: 0, upcoming: 0, none: 2 },
    trash: 0,
    truncated: false,
  };
  const task = aTask({ list: "Home", labels: ["errand"] });
  const completed = withChanged(nothing, task, { ...task, status: "Completed" }, "UTC");
  expect(completed).toMatchObject({
    lists: [{ value: "Home", open: 1, done: 1 }],
    labels: [{ value: "Errand", open: 0, done: 1 }],
    due: { none: 1 },
  });
  expect(withChanged(nothing, task, { ...task, deletedAt: "now" }, "UTC")).toMatchObject({ trash: 1, due: { none: 1 } });
});
