"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { hasStatus, isTransient } from "@/lib/api/errors";
import { GatewayUnreachable } from "@/components/GatewayUnreachable";
import { LoadMore } from "@/components/LoadMore";
import { ActivityDay } from "./ActivityDay";
import { TaskUnknown, TaskActivityEmpty, ActivityEmpty, ActivityLoading, ActivityError } from "./ActivityStates";
import { byDay } from "./days";
import { allActivities } from "./feed";
import { useFeed } from "./use-feed";
import { useNewActivities } from "./use-new-activities";

export default function ActivityView() {
  const taskId = useSearchParams().get("task") || undefined;
  const feed = useFeed(taskId);
  const entries = useMemo(() => allActivities(feed.data), [feed.data]);
  const days = useMemo(() => byDay(entries), [entries]);
  const arrived = useNewActivities(entries, taskId);
  const { fetchNextPage } = feed;
  const readOn = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const again = () => void feed.refetch();
  // The gateway refuses what cannot be the id of a contract.
  if (taskId && !feed.data && hasStatus(feed.error, 400)) return <TaskUnknown />;

  return (
    <>
      {taskId && (
        <p className="mb-8 text-center text-ash">
          The pages of one contract only{entries[0] ? <>: <cite className="text-parchment not-italic wrap-anywhere"><bdi>{entries[0].taskTitle}</bdi></cite></> : "."}{" "}
          <Link href="/journal" className="link">
            Open the whole journal
          </Link>
        </p>
      )}
      {!feed.data &&
        (isTransient(feed.failureReason) ? (
          <GatewayUnreachable retryNow={again} />
        ) : feed.isError ? (
          <ActivityError words={feed.error.message} again={again} />
        ) : (
          <ActivityLoading />
        ))}
      {feed.data && entries.length === 0 && (taskId ? <TaskActivityEmpty /> : <ActivityEmpty />)}
      {days.map((day) => (
        <ActivityDay key={day.key} day={day} arrived={arrived} />
      ))}
      <LoadMore label="Turn the page back" more={feed.hasNextPage} busy={feed.isFetching} byItself readOn={readOn} />
    </>
  );
}
