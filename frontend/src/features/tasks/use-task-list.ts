"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useApi } from "@/features/session";
import type { TaskQuery } from "@/lib/api/types";
import { useFreshCursors } from "@/lib/query/use-fresh-cursors";
import { withPending } from "./pending-changes";
import { listKey } from "./send-change";
import { allTasks, totalTasks } from "./task-cache";
import { queryOf, type TaskFilter } from "./task-filter";
import { usePendingChanges } from "./TaskMutationsProvider";
import { HERE } from "./due";

/** The tasks that the filter asks for, as they will be once every pending change is agreed to. */
export function useTaskList(filter: TaskFilter) {
  const { tasks } = useApi();
  const query = useMemo(() => queryOf(filter, HERE), [filter]);
  const pages = useInfiniteQuery({
    queryKey: listKey(query),
    queryFn: ({ pageParam, signal }) => tasks.list(query, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    // While a view is narrowed, what was shown stays until the answer comes. Another view is another list.
    placeholderData: (before, beforeQuery) =>
      beforeQuery && isSameView(beforeQuery.queryKey[1] as TaskQuery, query) ? before : undefined,
  });
  useFreshCursors(pages);
  const pending = usePendingChanges();
  const complete = !pages.hasNextPage;
  const loaded = useMemo(() => allTasks(pages.data), [pages.data]);
  const shown = useMemo(() => withPending(loaded, pending, query, complete), [loaded, pending, query, complete]);
  return { pages, shown, total: totalTasks(pages.data) + shown.length - loaded.length };
}

const viewOf = ({ list, label, due, trash }: TaskQuery) => JSON.stringify([list, label, due, trash]);
const isSameView = (one: TaskQuery, other: TaskQuery) => viewOf(one) === viewOf(other);
