"use client";

import { useMemo } from "react";
import { TextLink } from "@/components/TextLink";
import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { ActivityDay } from "./ActivityDay";
import { byDay } from "./days";
import { allActivities } from "./feed";
import { useFeed } from "./use-feed";
import { useNewActivities } from "./use-new-activities";
import styles from "./TaskActivity.module.css";

/** The latest that happened to one task, beside it. */
export default function TaskActivity({ taskId }: { taskId: string }) {
  const messages = useMessages(activityMessages);
  const feed = useFeed(taskId);
  const activities = useMemo(() => allActivities(feed.data), [feed.data]);
  const days = useMemo(() => byDay(activities), [activities]);
  const isNew = useNewActivities(activities, taskId);
  if (feed.isError && !feed.data) return <p>{messages.failed}</p>;
  return (
    <div className={styles.activity}>
      {days.map((day) => (
        <ActivityDay key={day.key} day={day} isNew={isNew} within />
      ))}
      <TextLink href={`/journal?task=${taskId}`} prefetch={false}>
        {messages.openOfTask}
      </TextLink>
    </div>
  );
}
