"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useApi } from "@/features/session";
import { withPending } from "./pending-changes";
import { TASKS_KEY } from "./send-change";
import { allTasks, totalTasks } from "./task-cache";
import { usePendingChanges } from "./TaskMutationsProvider";

/** The person's tasks as they will be once every pending change is agreed to, newest first. */
export function useTaskList() {
  const { tasks } = useApi();
  const pages = useInfiniteQuery({
    queryKey: TASKS_KEY,
    queryFn: ({ pageParam, signal }) => tasks.list(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const pending = usePendingChanges();
  const shown = useMemo(() => withPending(allTasks(pages.data), pending), [pages.data, pending]);
  const added = pending.filter(({ kind }) => kind === "create").length;
  const removed = pending.filter(({ kind }) => kind === "delete").length;
  return { pages, shown, total: totalTasks(pages.data) + added - removed };
}
