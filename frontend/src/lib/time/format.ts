import { getMessages } from "@/lib/messages";
import { timeMessages } from "@/lib/messages/time";
import { now as currentTime } from "./clock";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 7],
];

const DAY_MS = 86_400_000;

/** The language of dates and times is that of both voices. */
const LANGUAGE = "en";

const words = () => getMessages(timeMessages);
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
const date = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "long", year: "numeric" });
const short = new Intl.DateTimeFormat(LANGUAGE, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
const nearby = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short" });
const brief = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short", year: "numeric" });
const weekday = new Intl.DateTimeFormat(LANGUAGE, { weekday: "long", day: "numeric", month: "long" });
const exact = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeStyle: "medium" });
const hour = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** “3 hours ago” within a week, the date before that. A clock slightly ahead reads as now. */
export function relativeTime(iso: string, now = currentTime()): string {
  let amount = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (amount < 45) return words().justNow;
  for (const [unit, size] of STEPS) {
    if (amount < size) return relative.format(-Math.floor(amount), unit);
    amount /= size;
  }
  return words().onDate(date.format(new Date(iso)));
}

export const exactTime = (iso: string): string => exact.format(new Date(iso));

export const clockTime = (iso: string): string => hour.format(new Date(iso));

/** The local day of a moment, as a key that sorts. */
export function dayKey(moment: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

export function dayName(key: string, now = new Date(currentTime())): string {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (key === dayKey(now)) return words().today;
  if (key === dayKey(yesterday)) return words().yesterday;
  const moment = localDay(key);
  return (moment.getFullYear() === now.getFullYear() ? weekday : date).format(moment);
}

/** The day of a key, with its year: words that stay true. */
export const dateText = (key: string): string => date.format(localDay(key));

/** The day beside others: “today”, “tomorrow” and “yesterday”, and its year only where it is another one. */
export function nearDate(key: string, now = new Date(currentTime())): string {
  const day = localDay(key);
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  // Rounded, since a day on which the clocks change is an hour shorter or longer.
  const days = Math.round((day.getTime() - today.getTime()) / DAY_MS);
  if (Math.abs(days) <= 1) return relative.format(days, "day");
  return (day.getFullYear() === now.getFullYear() ? nearby : brief).format(day);
}

/** A day in little room, with its day of the week. */
export const shortDate = (key: string): string => short.format(localDay(key));

function localDay(key: string): Date {
  const [year = 0, month = 1, day = 1] = key.split("-").map(Number);
  return new Date(year, month - 1, day);
}
