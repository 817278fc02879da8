import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { useTaskFilter } from "./use-task-filter";

beforeEach(() => window.history.replaceState(null, "", "/hunt"));

const opened = (address: string) => {
  window.history.replaceState(null, "", address);
  return renderHook(() => useTaskFilter());
};

test.each([
  ["Not Started", "?status=Not+Started"],
  ["a+b & c", "?status=a%2Bb+%26+c"],
  ["half \ud83d", "?status=half+%EF%BF%BD"],
])("the status “%s” stands in the address as %s, and is read from it", (status, search) => {
  const { result } = opened("/hunt");
  act(() => result.current.change({ statuses: [status] }));
  expect(window.location.search).toBe(search);
  expect(result.current.filter.statuses).toEqual([new URLSearchParams(search).get("status")]);
});

test("what the address says and no filter means is left out", () => {
  const { result } = opened("/hunt?view=moon&priority=7&priority=3&sort=colour&order=up&status=");
  expect(result.current.filter).toMatchObject({ view: { kind: "all" }, priorities: [3], sort: undefined, order: undefined, statuses: [] });
});

test("a filter changes only what it names, and keeps what is not its own", () => {
  const { result } = opened("/hunt?task=7&list=Home&q=oil");
  act(() => result.current.change({ priorities: [2, 3] }));
  expect(window.location.search).toBe("?task=7&list=Home&priority=2&priority=3&q=oil");
});

test("another view begins without filters, and Back leads to the one before", async () => {
  const { result } = opened("/hunt?view=inbox&q=oil");
  act(() => result.current.open({ kind: "label", name: "errand & co" }));
  expect(window.location.search).toBe("?label=errand+%26+co");
  expect(result.current.filter).toMatchObject({ view: { kind: "label", name: "errand & co" }, words: "" });
});
