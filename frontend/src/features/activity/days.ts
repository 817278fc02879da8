import type { Activity } from "@/lib/api/types";
import { dayKey } from "@/lib/time/format";

export interface Day {
  key: string;
  activities: Activity[];
}

/** Activities by the local day they happened on, in the order given. */
export function byDay(activities: readonly Activity[]): Day[] {
  const days: Day[] = [];
  for (const activity of activities) {
    const key = dayKey(new Date(activity.timestamp));
    const last = days.at(-1);
    if (last?.key === key) last.activities.push(activity);
    else days.push({ key, activities: [activity] });
  }
  return days;
}
