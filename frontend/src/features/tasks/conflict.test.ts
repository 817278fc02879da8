import { expect, test } from "vitest";
import { aTask } from "@/testing/tasks";
import { changedSince, isClear, merge } from "./conflict";

const item = (id: string, text: string, done = false) => ({ id, text, done });
const base = aTask({
  labels: ["errand", "night"],
  checklist: [item("a", "oil"), item("b", "wick"), item("c", "lamp"), item("d", "rag")],
});

test("what only one side changed is put together, and what both changed alike is settled", () => {
  const theirs = { ...base, title: "Theirs", status: "Completed" };
  const merged = merge({ description: "Yours", status: "Completed" }, base, theirs);
  expect(merged).toEqual({ patch: { description: "Yours" }, clashing: {} });
  expect(isClear(merged)).toBe(true);
});

test("of what both changed yours is asked about, and nothing of it is written", () => {
  const theirs = { ...base, title: "Theirs", priority: 2 };
  const merged = merge({ title: "Yours", priority: 0, list: "Yours" }, { ...base, priority: 1 }, theirs);
  expect(merged).toEqual({ patch: { list: "Yours" }, clashing: { title: "Yours", priority: 0 } });
  expect(isClear(merged)).toBe(false);
});

test("the same made in two places is no difference, whatever the order of its keys", () => {
  const theirs = { ...base, due: { at: "2026-12-01T09:00", tz: "Europe/Rome" } };
  expect(merge({ due: { tz: "Europe/Rome", at: "2026-12-01T09:00" } }, base, theirs)).toEqual({ patch: {}, clashing: {} });
});

test("a due day taken away by both is no difference, and by one of them is a change like any other", () => {
  const dated = { ...base, due: { date: "2026-12-01" } };
  expect(merge({ due: null }, dated, base)).toEqual({ patch: {}, clashing: {} });
  expect(merge({ due: null }, dated, { ...dated, title: "Theirs" })).toEqual({ patch: { due: null }, clashing: {} });
  expect(merge({ due: null }, dated, { ...dated, due: { date: "2026-12-02" } })).toEqual({ patch: {}, clashing: { due: null } });
});

test("labels and checklist are put together member by member", () => {
  const theirs = { ...base, labels: ["night", "Shop"], checklist: [item("a", "whale oil"), item("c", "lamp"), item("e", "match")] };
  const patch = {
    labels: ["errand", "home", "shop"],
    checklist: [item("a", "oil"), item("b", "wick"), item("c", "lamp", true), item("f", "glass")],
  };
  expect(merge(patch, base, theirs)).toEqual({
    patch: {
      labels: ["Shop", "home"],
      checklist: [item("a", "whale oil"), item("c", "lamp", true), item("e", "match"), item("f", "glass")],
    },
    clashing: {},
  });
});

test("an item that both rewrote, or one rewrote and the other took away, is asked about", () => {
  const theirs = { ...base, checklist: [item("a", "whale oil"), item("c", "lamp"), item("d", "rag")] };
  const yours = [item("a", "lamp oil"), item("b", "long wick"), item("c", "lamp"), item("g", "glass")];
  expect(merge({ checklist: yours }, base, theirs)).toEqual({
    patch: { checklist: [item("a", "whale oil"), item("c", "lamp"), item("g", "glass")] },
    clashing: { checklist: [item("a", "lamp oil"), item("c", "lamp"), item("b", "long wick"), item("g", "glass")] },
  });
});

test("a checklist in another order is a change like any other", () => {
  const turned = [...base.checklist].reverse();
  expect(merge({ checklist: turned }, base, { ...base, title: "Theirs" })).toEqual({ patch: { checklist: turned }, clashing: {} });
});

test("a task that was only moved has not been changed", () => {
  expect(changedSince(base, { ...base, rank: "z", version: 9 }).size).toBe(0);
  expect(changedSince(base, { ...base, title: "Theirs" })).toEqual(new Set(["title"]));
});
