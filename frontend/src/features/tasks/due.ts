import type { Task } from "@/lib/api/types";
import { dateText } from "@/lib/time/format";

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The day or the wall-clock time as it was written; its zone is named where it is not this browser's. */
export function dueText(due: NonNullable<Task["due"]>, here = HERE): string {
  if ("date" in due) return dateText(due.date);
  const [day = "", time = ""] = due.at.split("T");
  return [dateText(day), time, due.tz === here ? "" : due.tz].filter(Boolean).join(" ");
}
