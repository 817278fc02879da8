import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Notices } from "@/components/notices/notices";
import { aTask } from "@/testing/tasks";
import { UNDO_SECONDS, UndoWindow } from "./undo-window";

let notices: Notices;
let undo: UndoWindow;
beforeEach(() => {
  vi.useFakeTimers();
  notices = new Notices();
  undo = new UndoWindow(notices);
});
afterEach(() => vi.useRealTimers());

async function answered(question: Promise<boolean>): Promise<boolean | undefined> {
  let answer: boolean | undefined;
  void question.then((given) => (answer = given));
  await vi.advanceTimersByTimeAsync(0);
  return answer;
}

test("a delete goes out when its seconds have passed, and not before", async () => {
  const question = undo.ask(aTask({ title: "discarded" }));
  await vi.advanceTimersByTimeAsync(UNDO_SECONDS * 1000 - 1);
  expect(await answered(question)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await answered(question)).toBe(true);
  expect(notices.current()).toEqual([]);
});

test("undo takes back the latest delete only", async () => {
  const [first, second] = [undo.ask(aTask({ title: "first" })), undo.ask(aTask({ title: "second" }))];
  undo.undoLast();
  expect(await answered(second)).toBe(false);
  expect(await answered(first)).toBeUndefined();
});

test("whoever dismisses the notice does not undo", async () => {
  const question = undo.ask(aTask({ title: "discarded" }));
  notices.dismiss(notices.current()[0]!.id);
  expect(await answered(question)).toBe(true);
});

test("a closing page sends every delete at once", async () => {
  const questions = [undo.ask(aTask({ title: "first" })), undo.ask(aTask({ title: "second" }))];
  undo.sendAll();
  expect(await Promise.all(questions.map(answered))).toEqual([true, true]);
});

test("the seconds stand still while someone reads", async () => {
  const question = undo.ask(aTask({ title: "discarded" }));
  await vi.advanceTimersByTimeAsync(4000);
  notices.hold();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await answered(question)).toBeUndefined();
  notices.release();
  await vi.advanceTimersByTimeAsync(1999);
  expect(await answered(question)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await answered(question)).toBe(true);
});
