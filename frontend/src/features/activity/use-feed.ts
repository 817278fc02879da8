"use client";

import { type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useIsLive, useLive } from "@/features/live";
import { useApi } from "@/features/session";
import { useFreshCursors } from "@/lib/query/use-fresh-cursors";
import { type FeedPages, withNewest, withTold } from "./feed";

const PAGE = 50;
/** Between two looks for something new, while nobody tells of it and the page is in sight. */
const LOOK_EVERY_MS = 15_000;

const headKeyOf = (taskId: string | undefined) => ["activity-head", taskId ?? "all"];
export const feedKeyOf = (taskId: string | undefined) => ["activity", taskId ?? "all"];

/** The feed, of one task or of all: it grows at its foot as one loads more and at its head as things happen. */
export function useFeed(taskId: string | undefined) {
  const client = useQueryClient();
  const { activity } = useApi();
  const feedKey = feedKeyOf(taskId);

  const pages = useInfiniteQuery({
    queryKey: feedKey,
    queryFn: ({ pageParam, signal }) => activity.list({ limit: PAGE, cursor: pageParam, taskId }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    // What is told, and the look below, keep it true; reading all its pages again would not.
    staleTime: Infinity,
  });
  useFreshCursors(pages);

  /** Whether something was put into the feed while pages of it were on their way: these come without it. */
  const overtaken = useRef(false);
  /** Those told while the head is to be read: before them something may have been missed. */
  const unjoined = useRef(new Set<string>());
  const { isFetching } = pages;
  useEffect(() => {
    if (isFetching || !overtaken.current) return;
    overtaken.current = false;
    void client.invalidateQueries({ queryKey: headKeyOf(taskId) });
  }, [client, isFetching, taskId]);

  const live = useLive();
  const isLive = useIsLive();
  useEffect(
    () =>
      live.subscribe({
        told: (activity) => {
          if (taskId !== undefined && activity.taskId !== taskId) return;
          overtaken.current ||= arePagesComing(client, taskId);
          if (overtaken.current || isHeadToBeRead(client, taskId)) unjoined.current.add(activity.id);
          client.setQueryData<FeedPages>(feedKeyOf(taskId), (known) => known && withTold(known, activity));
        },
        missed: () => void client.invalidateQueries({ queryKey: headKeyOf(taskId) }),
      }),
    [client, live, taskId],
  );

  useQuery({
    queryKey: headKeyOf(taskId),
    queryFn: async ({ signal }) => {
      const newest = await activity.list({ limit: PAGE, taskId }, signal);
      const known = client.getQueryData<FeedPages>(feedKey);
      const merged = known && withNewest(known, newest, unjoined.current);
      unjoined.current.clear();
      if (merged) {
        overtaken.current ||= merged !== known && arePagesComing(client, taskId);
        client.setQueryData(feedKey, merged);
      } else void client.resetQueries({ queryKey: feedKey });
      return newest.activities[0]?.id ?? null;
    },
    enabled: pages.isSuccess,
    staleTime: 0,
    // Rests while the tab is hidden, and backs off with its retries while the gateway is silent.
    refetchInterval: isLive ? false : LOOK_EVERY_MS,
    refetchOnWindowFocus: isLive ? false : "always",
  });

  return pages;
}

/** More of those that are known. The first ones are followed by a look at the head. */
function arePagesComing(client: QueryClient, taskId: string | undefined): boolean {
  const state = client.getQueryState(feedKeyOf(taskId));
  return state?.data !== undefined && state.fetchStatus !== "idle";
}

function isHeadToBeRead(client: QueryClient, taskId: string | undefined): boolean {
  const state = client.getQueryState(headKeyOf(taskId));
  return state?.data === undefined || state.isInvalidated || state.fetchStatus !== "idle";
}
