import type { Activity } from "@/lib/api/types";
import { dayKey } from "@/lib/time/format";

export interface Day {
  key: string;
  entries: Activity[];
}

/** Entries by the local day they happened on, in the order given. */
export function byDay(entries: readonly Activity[]): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const key = dayKey(new Date(entry.timestamp));
    const last = days.at(-1);
    if (last?.key === key) last.entries.push(entry);
    else days.push({ key, entries: [entry] });
  }
  return days;
}
