import { expect, test } from "vitest";
import type { Activity, ActivityPage } from "@/lib/api/types";
import { byDay } from "./days";
import { allActivities, withNewest, withTold } from "./feed";

function activity(id: string, minute: number): Activity {
  const timestamp = new Date(2026, 10, 22, 12, minute).toISOString();
  return { id, type: "TaskCreated", taskId: "t", taskTitle: id, message: "", timestamp, recordedAt: timestamp, changes: {}, batchId: null, causedBy: null };
}

const page = (activities: Activity[], nextCursor: string | null = null): ActivityPage => ({ activities, nextCursor, streamCursor: "now" });
const pages = (...all: ActivityPage[]) => ({ pages: all, pageParams: all.map(() => undefined) });
const none = new Set<string>();
const ids = (activities: Activity[]) => activities.map(({ id }) => id);

test("what is new goes to the head, once", () => {
  const known = pages(page([activity("b", 2)], "more"), page([activity("a", 1)]));
  const merged = withNewest(known, page([activity("c", 3), activity("b", 2)], "more"), none);
  expect(ids(allActivities(merged))).toEqual(["c", "b", "a"]);
});

test("nothing new changes nothing, not even the object", () => {
  const known = pages(page([activity("b", 2)]));
  expect(withNewest(known, page([activity("b", 2)]), none)).toBe(known);
});

test("an event delivered late stands where its time puts it", () => {
  const known = pages(page([activity("c", 3), activity("a", 1)]));
  const merged = withNewest(known, page([activity("c", 3), activity("b", 2), activity("a", 1)]), none);
  expect(ids(allActivities(merged))).toEqual(["c", "b", "a"]);
});

test("more news than one page holds means loading anew, so that nothing is left out", () => {
  const known = pages(page([activity("a", 1)]));
  expect(withNewest(known, page([activity("y", 9), activity("x", 8)], "more"), none)).toBeUndefined();
});

test("what is known by the stream alone does not hide that something before it is not", () => {
  const known = pages(page([activity("y", 9), activity("a", 1)]));
  const newest = page([activity("y", 9), activity("x", 8)], "more");
  expect(withNewest(known, newest, new Set(["y"]))).toBeUndefined();
  expect(ids(allActivities(withNewest(known, newest, none)))).toEqual(["y", "x", "a"]);
});

test("the first event of an empty feed is simply shown", () => {
  expect(ids(allActivities(withNewest(pages(page([])), page([activity("a", 1)]), none)))).toEqual(["a"]);
});

test("activities are grouped by the day they happened on, here", () => {
  const late = { ...activity("late", 0), timestamp: new Date(2026, 10, 22, 0, 5).toISOString() };
  const before = { ...activity("before", 0), timestamp: new Date(2026, 10, 21, 23, 55).toISOString() };
  expect(byDay([late, before]).map(({ key, activities }) => [key, ids(activities)])).toEqual([
    ["2026-11-22", ["late"]],
    ["2026-11-21", ["before"]],
  ]);
});

test("what is told stands once where its time puts it; one behind all that is loaded comes with its page", () => {
  const known = pages(page([activity("d", 4), activity("c", 3)], "more"), page([activity("b", 2)], "more"));
  const told = (minute: number) => ids(allActivities(withTold(known, activity("x", minute))));
  expect(told(5)).toEqual(["x", "d", "c", "b"]);
  expect(told(3)).toEqual(["d", "x", "c", "b"]);
  expect(told(2)).toEqual(["d", "c", "x", "b"]);
  expect(told(1)).toEqual(["d", "c", "b"]);
  expect(withTold(known, activity("c", 3))).toBe(known);
  expect(ids(allActivities(withTold(pages(page([activity("b", 2)])), activity("x", 1))))).toEqual(["b", "x"]);
  expect(ids(allActivities(withTold(pages(page([])), activity("x", 1))))).toEqual(["x"]);
});
