import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Notices } from "@/components/notices/notices";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { aTask } from "@/testing/tasks";
import { UNDO_SECONDS, UndoWindow } from "./undo-window";

const words = getMessages(taskMessages).undo;

let notices: Notices;
let undo: UndoWindow;
beforeEach(() => {
  vi.useFakeTimers();
  notices = new Notices();
  undo = new UndoWindow(notices);
});
afterEach(() => vi.useRealTimers());

/** The button of the notice that is shown, if one is. */
function pressUndo(): void {
  const [shown] = notices.current();
  if (shown) notices.act(shown.id);
}

async function answered(question: Promise<boolean>): Promise<boolean | undefined> {
  let answer: boolean | undefined;
  void question.then((given) => (answer = given));
  await vi.advanceTimersByTimeAsync(0);
  return answer;
}

test("a delete goes out when its seconds have passed, and not before", async () => {
  const question = undo.ask(aTask({ title: "discarded" })).confirmed;
  await vi.advanceTimersByTimeAsync(UNDO_SECONDS * 1000 - 1);
  expect(await answered(question)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await answered(question)).toBe(true);
  expect(notices.current()).toEqual([]);
});

test("undo takes back the latest delete only", async () => {
  const [first, second] = [undo.ask(aTask({ title: "first" })).confirmed, undo.ask(aTask({ title: "second" })).confirmed];
  pressUndo();
  expect(await answered(second)).toBe(false);
  expect(await answered(first)).toBeUndefined();
});

test("one notice speaks for all deletes, by the latest, and counts the others", async () => {
  const questions = Array.from({ length: 9 }, (_, at) => undo.ask(aTask({ title: `task ${at + 1}` })).confirmed);
  expect(notices.current()).toHaveLength(1);
  expect(notices.current()[0]).toMatchObject({ text: words.deleted("task 9"), detail: words.before(8) });
  const { id } = notices.current()[0]!;
  for (const at of [8, 7, 6]) {
    notices.act(id);
    expect(await answered(questions[at]!)).toBe(false);
  }
  expect(notices.current()[0]).toMatchObject({ id, text: words.deleted("task 6"), detail: words.before(5) });
  await vi.advanceTimersByTimeAsync(UNDO_SECONDS * 1000);
  expect(await Promise.all(questions.slice(0, 6).map(answered))).toEqual(Array(6).fill(true));
});

test("a delete gives those before it their seconds anew", async () => {
  const first = undo.ask(aTask({ title: "first" })).confirmed;
  await vi.advanceTimersByTimeAsync(UNDO_SECONDS * 1000 - 1);
  const second = undo.ask(aTask({ title: "second" })).confirmed;
  await vi.advanceTimersByTimeAsync(UNDO_SECONDS * 1000 - 1);
  expect(await answered(first)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await Promise.all([first, second].map(answered))).toEqual([true, true]);
});

test("the last undo takes the notice away", async () => {
  const question = undo.ask(aTask({ title: "discarded" })).confirmed;
  notices.act(notices.current()[0]!.id);
  expect(await answered(question)).toBe(false);
  expect(notices.current()).toEqual([]);
});

test("whoever dismisses the notice does not undo", async () => {
  const question = undo.ask(aTask({ title: "discarded" })).confirmed;
  notices.dismiss(notices.current()[0]!.id);
  expect(await answered(question)).toBe(true);
});

test("a closing page sends every delete at once", async () => {
  const questions = [undo.ask(aTask({ title: "first" })).confirmed, undo.ask(aTask({ title: "second" })).confirmed];
  undo.sendAll();
  expect(await Promise.all(questions.map(answered))).toEqual([true, true]);
});

test("what is done already is undone by its reverse, unless it was refused or its seconds have passed", async () => {
  const [first, second, third] = [vi.fn(), vi.fn(), vi.fn()];
  undo.offer("first", first);
  const withdraw = undo.offer("second", second);
  undo.offer("third", third);
  pressUndo();
  expect(third).toHaveBeenCalledOnce();
  expect(notices.current()[0]).toMatchObject({ text: "second" });
  withdraw();
  expect(notices.current()[0]).toMatchObject({ text: "first" });
  await vi.advanceTimersByTimeAsync(UNDO_SECONDS * 1000);
  pressUndo();
  expect(notices.current()).toEqual([]);
  expect(first).not.toHaveBeenCalled();
  expect(second).not.toHaveBeenCalled();
});

test("the seconds stand still while someone reads", async () => {
  const question = undo.ask(aTask({ title: "discarded" })).confirmed;
  await vi.advanceTimersByTimeAsync(4000);
  notices.hold("reader");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await answered(question)).toBeUndefined();
  notices.release("reader");
  await vi.advanceTimersByTimeAsync(1999);
  expect(await answered(question)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await answered(question)).toBe(true);
});
