import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import { Dialog } from "../Dialog";
import { NoticeProvider, useNotices } from "./NoticeProvider";
import { NoticeStack } from "./NoticeStack";
import { Notices, type Parting } from "./notices";

const { dismiss } = getMessages(shellMessages).notices;

let notices: Notices;
let gone: ReturnType<typeof vi.fn<(how: Parting) => void>>;

beforeEach(() => {
  vi.useFakeTimers();
  gone = vi.fn();
  notices = new Notices();
  notices.show({ tone: "quiet", text: "first", seconds: 6, action: { label: "Undo first" } });
  notices.show({ tone: "quiet", text: "second", seconds: 6, action: { label: "Undo second" }, whenGone: gone });
  render(<NoticeStack notices={notices} />);
});
afterEach(() => vi.useRealTimers());

const button = (name: string) => screen.getByRole("button", { name });
const pass = (seconds: number) => act(() => vi.advanceTimersByTimeAsync(seconds * 1000));

test.each([
  ["dismissed", () => fireEvent.click(screen.getAllByText(dismiss)[0]!)],
  ["acted on", () => fireEvent.click(button("Undo first"))],
  ["undone by its key", () => act(() => notices.act(1))],
])("the clocks of the others go on once the notice in focus was %s", async (_how, take) => {
  act(() => button("Undo first").focus());
  await pass(60);
  expect(gone).not.toHaveBeenCalled();
  take();
  await pass(6);
  expect(gone).toHaveBeenCalledWith("expired");
});

test("the clocks of the others go on once the notice beneath the pointer was dismissed", async () => {
  fireEvent.pointerMove(screen.getByText("first"));
  await pass(60);
  expect(gone).not.toHaveBeenCalled();
  fireEvent.click(screen.getAllByText(dismiss)[0]!);
  await pass(6);
  expect(gone).toHaveBeenCalledWith("expired");
});

test("the clocks stand still while the focus rests on another notice than the one that left", async () => {
  act(() => button("Undo second").focus());
  act(() => notices.dismiss(1));
  await pass(60);
  expect(gone).not.toHaveBeenCalled();
});

test("a key that came to mean something else is no longer shown, and the clock runs on", async () => {
  act(() => void notices.show({ tone: "quiet", text: "third", seconds: 6, action: { label: "Undo third", shortcut: "u" }, whenGone: gone }));
  await pass(5);
  expect(button("Undo thirdu")).toBeVisible();
  act(() => notices.forgetKey("u"));
  expect(button("Undo third")).toBeVisible();
  await pass(1);
  expect(gone).toHaveBeenCalledTimes(2);
});

test("three stand at most: the newest, and those whose time runs out before all", () => {
  for (const text of ["third", "fourth", "fifth"]) act(() => void notices.show({ tone: "alarm", text }));
  const texts = screen.getAllByText(/first|second|third|fourth|fifth/).map(({ textContent }) => textContent);
  expect(texts.filter((text) => !text?.startsWith("Undo"))).toEqual(["fifth", "first", "second"]);
  expect(screen.getByText(getMessages(shellMessages).notices.hidden(2))).toBeVisible();
  fireEvent.click(screen.getAllByText(dismiss)[0]!);
  expect(screen.getByText("fourth")).toBeVisible();
});

test("the clocks wait while a dialog stands before the notices, and go on after it", async () => {
  const expired = vi.fn();
  const shown = { tone: "quiet", text: "behind it", seconds: 6, whenGone: expired } as const;
  function Page({ dialog }: { dialog: boolean }) {
    const around = useNotices();
    return (
      <>
        <button onClick={() => around.show(shown)}>show</button>
        {dialog && (
          <Dialog title="A dialog" close={() => undefined}>
            <p>open</p>
          </Dialog>
        )}
      </>
    );
  }
  const { rerender } = render(<Page dialog={false} />, { wrapper: NoticeProvider });
  fireEvent.click(button("show"));
  rerender(<Page dialog />);
  await pass(60);
  expect(expired).not.toHaveBeenCalled();
  rerender(<Page dialog={false} />);
  await pass(5);
  expect(expired).not.toHaveBeenCalled();
  await pass(1);
  expect(expired).toHaveBeenCalledWith("expired");
});
