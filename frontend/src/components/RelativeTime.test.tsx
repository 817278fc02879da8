import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { timeMessages } from "@/lib/messages/time";
import { RelativeTime } from "./RelativeTime";

const { justNow } = getMessages(timeMessages);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const pass = (minutes: number) => act(() => vi.advanceTimersByTimeAsync(minutes * 60_000));
const now = () => new Date().toISOString();

test("the words renew as time passes", async () => {
  render(<RelativeTime iso={now()} />);
  expect(screen.getByText(justNow)).toBeVisible();
  await pass(2);
  expect(screen.getByText("2 minutes ago")).toBeVisible();
});

test("a thousand moments share one clock, which stops with the last of them", () => {
  const { unmount } = render(Array.from({ length: 1000 }, (_, row) => <RelativeTime key={row} iso={now()} />));
  expect(vi.getTimerCount()).toBe(1);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
});

test("nothing renews in a hidden tab, and everything once it is seen again", async () => {
  render(<RelativeTime iso={now()} />);
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  await pass(5);
  expect(screen.getByText(justNow)).toBeVisible();
  hidden.mockReturnValue(false);
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
  expect(screen.getByText("5 minutes ago")).toBeVisible();
});
