import { useSyncExternalStore } from "react";
import type { Activity } from "@/lib/api/types";
import { dayName } from "@/lib/time/format";
import { watchMinutes } from "@/lib/time/minute-clock";
import styles from "./ActivityDay.module.css";
import { ActivityItem } from "./ActivityItem";
import type { Day } from "./days";

interface ActivityDayProps {
  day: Day;
  isNew: (activity: Activity) => boolean;
  /** Whether it stands beside the task, to which its entries then need not lead. */
  within?: boolean;
}

export function ActivityDay({ day, isNew, within = false }: ActivityDayProps) {
  const headingId = `day-${day.key}`;
  const Heading = within ? "h4" : "h2";
  const name = useSyncExternalStore(watchMinutes, () => dayName(day.key));
  return (
    <section aria-labelledby={headingId} className={styles.day}>
      <Heading id={headingId} className={styles.date}>
        <time dateTime={day.key}>{name}</time>
      </Heading>
      <ol>
        {day.activities.map((activity) => (
          <ActivityItem key={activity.id} activity={activity} isNew={isNew(activity)} linked={!within} />
        ))}
      </ol>
    </section>
  );
}
