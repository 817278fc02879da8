import { expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { timeMessages } from "@/lib/messages/time";
import { correctClock } from "./clock";
import { relativeTime, dayName, dayKey, nearDate } from "./format";

const words = getMessages(timeMessages);
const NOW = Date.parse("2026-11-22T12:00:00.000Z");
const ago = (seconds: number) => relativeTime(new Date(NOW - seconds * 1000).toISOString(), NOW);

test.each([
  [-30, words.justNow],
  [10, words.justNow],
  [50, "50 seconds ago"],
  [61, "1 minute ago"],
  [7200, "2 hours ago"],
  [86_400, "yesterday"],
  [3 * 86_400, "3 days ago"],
  [30 * 86_400, words.onDate("October 23, 2026")],
])("%i seconds ago reads “%s”", (seconds, words) => {
  expect(ago(seconds)).toBe(words);
});

test("days are named as seen from today", () => {
  const now = new Date(2026, 0, 1, 9);
  expect(dayName("2026-01-01", now)).toBe(words.today);
  expect(dayName("2025-12-31", now)).toBe(words.yesterday);
  expect(dayName("2025-12-30", now)).toBe("December 30, 2025");
});

test.each([
  ["2026-12-31", "today"],
  ["2026-12-30", "yesterday"],
  ["2027-01-01", "tomorrow"],
  ["2026-12-29", "Dec 29"],
  ["2027-01-02", "Jan 2, 2027"],
])("beside December 31, 2026, the day %s is “%s”", (day, words) => {
  expect(nearDate(day, new Date(2026, 11, 31, 23, 59))).toBe(words);
});

test.each([86_400_000, -86_400_000])("a clock that is %i ms off reads the gateway's moments all the same", (off) => {
  const gatewayNow = Date.now() - off;
  correctClock(gatewayNow);
  expect(relativeTime(new Date(gatewayNow).toISOString())).toBe(words.justNow);
  expect(relativeTime(new Date(gatewayNow - 7_200_000).toISOString())).toBe("2 hours ago");
  expect(dayName(dayKey(new Date(gatewayNow)))).toBe(words.today);
});
