import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { timeMessages } from "@/lib/messages/time";
import { ActivityDay } from "./ActivityDay";
import { Undos } from "./entries";

const { today, yesterday } = getMessages(timeMessages);

afterEach(() => vi.useRealTimers());

test("a day is named anew once midnight has passed", async () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 26, 23, 59, 30) });
  render(<ActivityDay day={{ key: "2026-11-26", activities: [] }} undos={new Undos([])} isNew={() => false} />);
  expect(screen.getByRole("heading")).toHaveTextContent(today);
  await act(() => vi.advanceTimersByTimeAsync(60_000));
  expect(screen.getByRole("heading")).toHaveTextContent(yesterday);
});
