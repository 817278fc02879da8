import { expect, test } from "vitest";
import { aTask } from "@/testing/tasks";
import { countStatuses, filterTasks } from "./task-filter";
import { isCompleted, nextStatus, toneOf } from "./status";

const titles = (tasks: { title: string }[]) => tasks.map(({ title }) => title);

test("search finds every word in any order and any case", () => {
  const tasks = [aTask({ title: "Oil for the Lamps" }), aTask({ title: "Lamp post" }), aTask({ title: "ŁOWCA" })];
  expect(titles(filterTasks(tasks, { words: "LAMP oil" }))).toEqual(["Oil for the Lamps"]);
  expect(titles(filterTasks(tasks, { words: "łowca" }))).toEqual(["ŁOWCA"]);
  expect(filterTasks(tasks, { words: "  " })).toHaveLength(3);
});

test("a state matches however it is written", () => {
  const tasks = [aTask({ status: "completed" }), aTask({ status: "Completed" }), aTask()];
  expect(filterTasks(tasks, { status: "Completed", words: "" })).toHaveLength(2);
});

test("the offered states come first, and others as they are found", () => {
  const tasks = [aTask({ status: "Waiting" }), aTask({ status: "COMPLETED" }), aTask({ status: "waiting" })];
  expect(countStatuses(tasks)).toEqual([
    { status: "Not Started", count: 0 },
    { status: "In Progress", count: 0 },
    { status: "Completed", count: 1 },
    { status: "Waiting", count: 2 },
  ]);
});

test("one click leads through the states and round again, from unknown words to the first", () => {
  expect(["Not Started", "In Progress", "completed", "Waiting"].map(nextStatus)).toEqual([
    "In Progress",
    "Completed",
    "Not Started",
    "Not Started",
  ]);
  expect(isCompleted("cOMPLETED")).toBe(true);
  expect(toneOf("Waiting")).toBe("other");
});

test.each([
  ["istanbul", "İSTANBUL"],
  ["ISPARTA", "ısparta"],
  ["INVOICE", "invoice"],
  ["strasse", "Straße"],
  ["ΣΟΦΟΣ", "σοφός σοφος"],
  ["cafe\u0301", "CAFÉ"],
])("search for “%s” finds “%s”", (words, title) => {
  expect(filterTasks([aTask({ title })], { words })).toHaveLength(1);
});

test("a state may be called like anything an object has", () => {
  for (const status of ["constructor", "__proto__", "toString", "All"]) {
    expect(toneOf(status)).toBe("other");
    expect(countStatuses([aTask({ status })]).at(-1)).toEqual({ status, count: 1 });
  }
});
