import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Notices } from "@/components/notices/notices";
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

test("a discard goes out when its seconds have passed, and not before", async () => {
  const question = undo.ask("discarded");
  await vi.advanceTimersByTimeAsync(UNDO_SECONDS * 1000 - 1);
  expect(await answered(question)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await answered(question)).toBe(true);
  expect(notices.current()).toEqual([]);
});

test("undo takes back the latest discard only", async () => {
  const [first, second] = [undo.ask("first"), undo.ask("second")];
  undo.undoLast();
  expect(await answered(second)).toBe(false);
  expect(await answered(first)).toBeUndefined();
});

test("whoever dismisses the notice does not undo", async () => {
  const question = undo.ask("discarded");
  notices.dismiss(notices.current()[0]!.id);
  expect(await answered(question)).toBe(true);
});

test("a closing page sends every discard at once", async () => {
  const questions = [undo.ask("first"), undo.ask("second")];
  undo.sendAll();
  expect(await Promise.all(questions.map(answered))).toEqual([true, true]);
});

test("the seconds stand still while someone reads", async () => {
  const question = undo.ask("discarded");
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
