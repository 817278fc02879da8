"use client";

import { lazy, Suspense, useMemo, useState } from "react";
import { LoadMore } from "@/components/LoadMore";
import { TextLink } from "@/components/TextLink";
import type { Activity, Task, TaskPatch } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { ActivityDay } from "./ActivityDay";
import { byDay } from "./days";
import { Undos } from "./entries";
import { allActivities } from "./feed";
import { useFeed } from "./use-feed";
import { useNewActivities } from "./use-new-activities";
import styles from "./TaskActivity.module.css";
import { changesBackTo } from "./version";

const RestoreVersion = lazy(() => import("./RestoreVersion"));

interface TaskActivityProps {
  task: Task;
  /** Sets fields of the task to what they were once. */
  restore: (patch: TaskPatch) => void;
}

/** What happened to one task, beside it: its versions, each to go back to. */
export default function TaskActivity({ task, restore }: TaskActivityProps) {
  const messages = useMessages(activityMessages);
  const feed = useFeed(task._id);
  const activities = useMemo(() => allActivities(feed.data), [feed.data]);
  const days = useMemo(() => byDay(activities), [activities]);
  const undos = useMemo(() => new Undos(activities), [activities]);
  const isNew = useNewActivities(activities, task._id);
  const [chosen, setChosen] = useState<Activity>();
  if (feed.isError && !feed.data) return <p>{messages.failed}</p>;
  return (
    <div className={styles.activity}>
      {days.map((day) => (
        <ActivityDay key={day.key} day={day} undos={undos} isNew={isNew} within restore={setChosen} newest={activities[0]} />
      ))}
      <LoadMore
        label={messages.loadMore}
        more={feed.hasNextPage}
        busy={feed.isFetching}
        automatic={false}
        loadMore={() => void feed.fetchNextPage()}
      />
      <TextLink href={`/journal?task=${task._id}`} prefetch={false}>
        {messages.openOfTask}
      </TextLink>
      {chosen && (
        <Suspense>
          <RestoreVersion
            activity={chosen}
            changes={changesBackTo(chosen, activities, task)}
            restore={(patch) => {
              setChosen(undefined);
              restore(patch);
            }}
            close={() => setChosen(undefined)}
          />
        </Suspense>
      )}
    </div>
  );
}
