import type { Task } from "@/lib/api/types";
import { dateText, nearDate, shortDate } from "@/lib/time/format";

type Due = NonNullable<Task["due"]>;

/** The zone of this browser. */
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The day or the wall-clock time as it was written; its zone is named where it is not this browser's. */
export const dueText = (due: Due, here = HERE): string => textOf(due, here, dateText);

/** The same in the room that a row has, true while today is the same day. Whose “today” another zone's would be is not said. */
export const nearDueText = (due: Due, here = HERE): string =>
  textOf(due, here, "tz" in due && due.tz !== here ? shortDate : nearDate);

function textOf(due: Due, here: string, dayText: (day: string) => string): string {
  if ("date" in due) return dayText(due.date);
  const [day = "", time = ""] = due.at.split("T");
  return [dayText(day), time, due.tz === here ? "" : due.tz].filter(Boolean).join(" ");
}

/** A due date as a form holds it: each part alone, also while the others are not yet there. */
export interface DueParts {
  day: string;
  time: string;
  zone: string;
}

export function partsOf(due: Task["due"], here = HERE): DueParts {
  if (!due) return { day: "", time: "", zone: here };
  if ("date" in due) return { day: due.date, time: "", zone: here };
  const [day = "", time = ""] = due.at.split("T");
  return { day, time, zone: due.tz };
}

/** Without a time it is the whole day. A time without a day is kept, to be completed: the gateway would not take it. */
export function dueFrom({ day, time, zone }: DueParts): Task["due"] {
  if (time) return { at: `${day}T${time}`, tz: zone };
  return day ? { date: day } : null;
}

/** Which parts are begun and not complete: the browser gives neither then. */
export interface Unfinished {
  day: boolean;
  time: boolean;
}

export const FINISHED: Unfinished = { day: false, time: false };

/** The years that the gateway takes. */
export const FIRST_DAY = "1970-01-01";
export const LAST_DAY = "9999-12-31";

export const isPossibleDay = (day: string): boolean => day >= FIRST_DAY && day <= LAST_DAY && day.length === LAST_DAY.length;

/** The zones to choose from: those that this browser knows, and `also`, however it is called here. */
export function zones(also: string): string[] {
  return [...new Set(["UTC", HERE, also, ...Intl.supportedValuesOf("timeZone")])].sort();
}
