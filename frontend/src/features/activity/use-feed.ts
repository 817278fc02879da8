"use client";

import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
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

  const live = useLive();
  const isLive = useIsLive();
  useEffect(
    () =>
      live.subscribe({
        told: (activity) => {
          if (taskId !== undefined && activity.taskId !== taskId) return;
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
      const merged = known && withNewest(known, newest);
      if (merged) client.setQueryData(feedKey, merged);
      else void client.resetQueries({ queryKey: feedKey });
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
