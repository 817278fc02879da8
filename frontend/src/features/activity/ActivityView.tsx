"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { GatewayTrouble } from "@/components/GatewayTrouble";
import { LoadMore } from "@/components/LoadMore";
import { TextLink } from "@/components/TextLink";
import { hasStatus, isTransient } from "@/lib/api/errors";
import type { Activity } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { useRefetchNow } from "@/lib/query/use-refetch-now";
import { ActivityDay } from "./ActivityDay";
import { ActivityEmpty, ActivityError, ActivityLoading, TaskActivityEmpty, TaskUnknown } from "./ActivityStates";
import styles from "./ActivityView.module.css";
import { byDay } from "./days";
import { Undos } from "./entries";
import { allActivities } from "./feed";
import { feedKeyOf, useFeed } from "./use-feed";
import { useNewActivities } from "./use-new-activities";

export default function ActivityView() {
  const messages = useMessages(activityMessages);
  const taskId = useSearchParams().get("task") || undefined;
  const feed = useFeed(taskId);
  const activities = useMemo(() => allActivities(feed.data), [feed.data]);
  const days = useMemo(() => byDay(activities), [activities]);
  const undos = useMemo(() => new Undos(activities), [activities]);
  const isNew = useNewActivities(activities, taskId);
  const { fetchNextPage } = feed;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  // The gateway refuses what cannot be the id of a task.
  if (taskId && !feed.data && hasStatus(feed.error, 400)) return <TaskUnknown />;

  return (
    <>
      {taskId && <OfOneTask newest={activities[0]} />}
      {!feed.data && <NotLoaded feed={feed} taskId={taskId} />}
      {feed.data && activities.length === 0 && (taskId ? <TaskActivityEmpty /> : <ActivityEmpty />)}
      {days.map((day) => (
        <ActivityDay key={day.key} day={day} undos={undos} isNew={isNew} cutAfter={feed.hasNextPage ? activities.at(-1) : undefined} />
      ))}
      <LoadMore label={messages.loadMore} more={feed.hasNextPage} busy={feed.isFetching} automatic={!feed.isError} loadMore={loadMore} />
    </>
  );
}

function OfOneTask({ newest }: { newest: Activity | undefined }) {
  const { ofOneTask, openAll } = useMessages(activityMessages);
  return (
    <p className={styles.scope}>
      <span>{ofOneTask(newest !== undefined)}</span>{" "}
      {newest && (
        <cite className={styles.title}>
          <bdi>{newest.taskTitle}</bdi>
        </cite>
      )}{" "}
      <TextLink href="/journal">{openAll}</TextLink>
    </p>
  );
}

/** Before the first answer: still on its way, not coming, or an error. */
function NotLoaded({ feed, taskId }: { feed: ReturnType<typeof useFeed>; taskId: string | undefined }) {
  const retry = useRefetchNow(feedKeyOf(taskId));
  if (isTransient(feed.failureReason)) return <GatewayTrouble failure={feed.failureReason} retryNow={retry} />;
  if (feed.isError) return <ActivityError message={feed.error.message} retry={retry} />;
  return <ActivityLoading />;
}
