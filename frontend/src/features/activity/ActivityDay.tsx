import { useMemo, useSyncExternalStore } from "react";
import type { Activity } from "@/lib/api/types";
import { dayName } from "@/lib/time/format";
import { watchMinutes } from "@/lib/time/minute-clock";
import { ActivityBatch } from "./ActivityBatch";
import styles from "./ActivityDay.module.css";
import { ActivityItem } from "./ActivityItem";
import type { Day } from "./days";
import { byBatch, type Undos } from "./entries";

interface ActivityDayProps {
  day: Day;
  undos: Undos;
  isNew: (activity: Activity) => boolean;
  /** The last activity that is loaded, where there are more. */
  cutAfter?: Activity | undefined;
  /** Whether it stands beside the task, to which its entries then need not lead. */
  within?: boolean;
  /** Offers to go back to how the task was after an activity; none for how it is now. */
  restore?: (activity: Activity) => void;
  newest?: Activity | undefined;
}

export function ActivityDay({ day, undos, isNew, cutAfter, within = false, restore, newest }: ActivityDayProps) {
  const headingId = `day-${day.key}`;
  const Heading = within ? "h4" : "h2";
  const name = useSyncExternalStore(watchMinutes, () => dayName(day.key));
  const entries = useMemo(() => byBatch(day.activities), [day]);
  const shared = { linked: !within, undos };
  return (
    <section aria-labelledby={headingId} className={styles.day}>
      <Heading id={headingId} className={styles.date}>
        <time dateTime={day.key}>{name}</time>
      </Heading>
      <ol>
        {entries.map((entry) => {
          const [activity, ...others] = entry;
          if (others.length > 0) {
            const isCut = cutAfter !== undefined && entry.includes(cutAfter);
            return <ActivityBatch key={activity.batchId} entry={entry} isCut={isCut} isNew={isNew} {...shared} />;
          }
          const goBack = activity === newest ? undefined : restore;
          return <ActivityItem key={activity.id} activity={activity} isNew={isNew(activity)} restore={goBack} {...shared} />;
        })}
      </ol>
    </section>
  );
}
