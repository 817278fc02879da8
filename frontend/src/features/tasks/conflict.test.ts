import { expect, test } from "vitest";
import { aTask } from "@/testing/tasks";
import { compare, isSettled, rebase } from "./conflict";

const item = (id: string, text: string, done = false) => ({ id, text, done });
const base = aTask({
  labels: ["errand", "night"],
  checklist: [item("a", "oil"), item("b", "wick"), item("c", "lamp"), item("d", "rag")],
});

test("of labels and checklist only the members that you changed are written over theirs", () => {
  const theirs = { ...base, labels: ["night", "Shop"], checklist: [item("a", "whale oil"), item("c", "lamp", true), item("e", "match")] };
  const patch = {
    title: "Yours",
    labels: ["errand", "home", "shop"],
    checklist: [item("a", "oil"), item("b", "long wick"), item("c", "lamp"), item("f", "glass")],
  };
  expect(rebase(patch, base, theirs)).toEqual({
    title: "Yours",
    labels: ["shop", "home"],
    checklist: [item("a", "whale oil"), item("c", "lamp", true), item("e", "match"), item("b", "long wick"), item("f", "glass")],
  });
});

test("the same made in two places is no difference, whatever the order of its keys", () => {
  const theirs = { ...base, due: { at: "2026-12-01T09:00", tz: "Europe/Rome" }, labels: ["night"] };
  const patch = rebase({ due: { tz: "Europe/Rome", at: "2026-12-01T09:00" }, labels: ["night"] }, base, theirs);
  expect(isSettled(theirs, patch)).toBe(true);
  expect(compare(theirs, { ...patch, priority: 3 }).differing).toEqual(new Set(["priority"]));
});
