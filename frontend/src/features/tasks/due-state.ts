import type { DueState, Task } from "@/lib/api/types";

type Due = NonNullable<Task["due"]>;

/** When an open task is due, as the gateway counts it: a day by the calendar of `zone`, a time by its instant. */
export function dueState(due: Task["due"], zone: string, now: number): DueState {
  if (!due) return "none";
  const today = dayIn(zone, now);
  if (isOverdue(due, today, now)) return "overdue";
  const day = "date" in due ? due.date : dayIn(zone, instantOf(due));
  return day === today ? "today" : "upcoming";
}

function isOverdue(due: Due, today: string, now: number): boolean {
  return "date" in due ? due.date < today : instantOf(due) < now;
}

/** The instant at which clocks in its zone show the time, in milliseconds. */
function instantOf({ at, tz }: Extract<Due, { at: string }>): number {
  const asIfUtc = Date.parse(`${at}:00Z`);
  const first = asIfUtc - offsetAt(asIfUtc, tz);
  // The offset there may be another one: the clocks can change between the two.
  return asIfUtc - offsetAt(first, tz);
}

function offsetAt(instant: number, zone: string): number {
  return Date.parse(`${clockIn(zone, instant)}Z`) - instant;
}

/** The date that a calendar in the zone shows at the instant, as "2026-12-01". */
export const dayIn = (zone: string, instant: number): string => clockIn(zone, instant).slice(0, 10);

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock in the zone shows, as "2026-12-01T09:00:00": Swedes write a date so. */
function clockIn(zone: string, instant: number): string {
  let clock = clocks.get(zone);
  if (!clock) clocks.set(zone, (clock = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" })));
  return clock.format(instant).replace(" ", "T");
}
