import { memo } from "react";
import { TextLink } from "@/components/TextLink";
import type { Activity } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { clockTime, exactTime } from "@/lib/time/format";
import { ActivityIcon } from "./ActivityIcon";
import styles from "./ActivityItem.module.css";
import FieldChanges from "./FieldChanges";

interface ActivityItemProps {
  activity: Activity;
  /** Whether it happened while the page was open. */
  isNew: boolean;
  /** Whether the title leads to the task. */
  linked: boolean;
}

export const ActivityItem = memo(function ActivityItem({ activity, isNew, linked }: ActivityItemProps) {
  const messages = useMessages(activityMessages);
  const { times } = messages;
  const types: Record<string, string> = messages.types;
  const type = Object.hasOwn(types, activity.type) ? types[activity.type] : undefined;
  return (
    <li className={styles.item} data-new={isNew || undefined}>
      <ActivityIcon type={activity.type} />
      <div className={styles.text}>
        <p className={styles.sentence}>
          {/* A kind that this page does not know speaks for itself. */}
          {type ? (
            <>
              <span className={styles.type}>{type}</span> <Title activity={activity} linked={linked} />
            </>
          ) : (
            activity.message
          )}
        </p>
        {/* What a task was made with is seen in the task. */}
        {activity.type !== "TaskCreated" && <FieldChanges changes={activity.changes} />}
      </div>
      <time dateTime={activity.timestamp} title={times(exactTime(activity.timestamp), exactTime(activity.recordedAt))} className={styles.time}>
        {clockTime(activity.timestamp)}
      </time>
    </li>
  );
});

function Title({ activity: { taskId, taskTitle }, linked }: Pick<ActivityItemProps, "activity" | "linked">) {
  const title = <bdi className={styles.title}>{taskTitle}</bdi>;
  // Not prefetched: each entry leads to the same page.
  return linked ? <TextLink href={`/hunt?task=${taskId}`} prefetch={false}>{title}</TextLink> : title;
}
