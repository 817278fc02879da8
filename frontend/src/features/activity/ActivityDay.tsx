import { useSyncExternalStore } from "react";
import type { Activity } from "@/lib/api/types";
import { dayName } from "@/lib/time/format";
import { watchMinutes } from "@/lib/time/minute-clock";
import styles from "./ActivityDay.module.css";
import { ActivityItem } from "./ActivityItem";
import type { Day } from "./days";

export function ActivityDay({ day, isNew }: { day: Day; isNew: (activity: Activity) => boolean }) {
  const headingId = `day-${day.key}`;
  const name = useSyncExternalStore(watchMinutes, () => dayName(day.key));
  return (
    <section aria-labelledby={headingId} className={styles.day}>
      <h2 id={headingId} className={styles.date}>
        <time dateTime={day.key}>{name}</time>
      </h2>
      <ol>
        {day.activities.map((activity) => (
          <ActivityItem key={activity.id} activity={activity} isNew={isNew(activity)} />
        ))}
      </ol>
    </section>
  );
}
