import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RelativeTime } from "./RelativeTime";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const pass = (minutes: number) => act(() => vi.advanceTimersByTimeAsync(minutes * 60_000));
const justNow = () => new Date().toISOString();

test("the words renew as time passes", async () => {
  render(<RelativeTime iso={justNow()} />);
  expect(screen.getByText("just now")).toBeVisible();
  await pass(2);
  expect(screen.getByText("2 minutes ago")).toBeVisible();
});

test("a thousand moments share one clock, which stops with the last of them", () => {
  const { unmount } = render(Array.from({ length: 1000 }, (_, row) => <RelativeTime key={row} iso={justNow()} />));
  expect(vi.getTimerCount()).toBe(1);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
});

test("nothing renews in a hidden tab, and everything once it is seen again", async () => {
  render(<RelativeTime iso={justNow()} />);
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  await pass(5);
  expect(screen.getByText("just now")).toBeVisible();
  hidden.mockReturnValue(false);
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
  expect(screen.getByText("5 minutes ago")).toBeVisible();
});
