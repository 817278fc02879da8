import { expect, test } from "vitest";
import { foldText } from "./fold";
import { isCompleted, nextStatus, toneOf } from "./status";
import { isFiltering, NO_FILTER, queryOf, type TaskFilter, type View } from "./task-filter";

const filter = (view: View, parts: Partial<TaskFilter> = {}): TaskFilter => ({ view, ...NO_FILTER, ...parts });
const query = (view: View, parts?: Partial<TaskFilter>) => queryOf(filter(view, parts), "Europe/Rome");

test.each([
  [{ kind: "all" }, { done: false, sort: "rank" }],
  [{ kind: "inbox" }, { list: [""], done: false, sort: "rank" }],
  [{ kind: "today" }, { due: "today", tz: "Europe/Rome", done: false, sort: "due" }],
  [{ kind: "list", name: "Home" }, { list: ["Home"], done: false, sort: "rank" }],
  [{ kind: "label", name: "errand" }, { label: ["errand"], done: false, sort: "rank" }],
  [{ kind: "trash" }, { trash: true, sort: "updated" }],
] satisfies [View, object][])("the view %j asks the gateway for %j", (view, asked) => {
  expect(query(view)).toEqual(asked);
});

test("completed tasks come by the switch, or by their status however it is written", () => {
  expect(query({ kind: "all" }, { completed: true })).not.toHaveProperty("done");
  expect(query({ kind: "all" }, { statuses: ["cOMPLETED"] })).toEqual({ status: ["cOMPLETED"], sort: "rank" });
});

test("of the words as many are asked for as the gateway takes", () => {
  expect(query({ kind: "all" }, { words: "  oil   lamp " }).q).toBe("oil lamp");
  expect(query({ kind: "all" }, { words: "  " })).not.toHaveProperty("q");
  expect(query({ kind: "all" }, { words: "w ".repeat(20) }).q?.split(" ")).toHaveLength(10);
  expect([...(query({ kind: "all" }, { words: "🔥".repeat(300) }).q ?? "")]).toHaveLength(200);
});

test("a view alone is not a filter that may hide something", () => {
  expect(isFiltering(filter({ kind: "list", name: "Home" }, { completed: true, sort: "due" }))).toBe(false);
  for (const part of [{ statuses: ["Waiting"] }, { priorities: [0] }, { words: "x" }]) {
    expect(isFiltering(filter({ kind: "all" }, part))).toBe(true);
  }
});

test("one click leads through the states and round again, and never away from own words", () => {
  expect(["Not Started", "In Progress", "completed", "Waiting"].map(nextStatus)).toEqual([
    "In Progress",
    "Completed",
    "Not Started",
    undefined,
  ]);
  expect(isCompleted("cOMPLETED")).toBe(true);
  expect(toneOf("Waiting")).toBe("other");
});

test("a state may be called like anything an object has", () => {
  for (const status of ["constructor", "__proto__", "toString", "All"]) expect(toneOf(status)).toBe("other");
});

test.each([
  ["istanbul", "İSTANBUL"],
  ["ISPARTA", "ısparta"],
  ["INVOICE", "invoice"],
  ["strasse", "Straße"],
  ["σοφος", "ΣΟΦΌΣ"],
  ["cafe\u0301", "CAFÉ"],
  ["lowca", "ＬＯＷＣＡ"],
])("“%s” and “%s” are the same words", (one, other) => {
  expect(foldText(one)).toBe(foldText(other));
});
