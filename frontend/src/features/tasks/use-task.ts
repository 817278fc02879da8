"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useApi } from "@/features/session";
import type { Task, TaskPatch } from "@/lib/api/types";
import type { ListedTask } from "./pending-changes";
import { taskKey } from "./send-change";
import { usePendingChanges } from "./TaskMutationsProvider";

/** One task, whether the list has it or not, as it will be once every pending change is agreed to. */
export function useTask(id: string, listed: ListedTask | undefined) {
  const { tasks } = useApi();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: taskKey(id),
    queryFn: async ({ signal }) => {
      const answer = await tasks.get(id, signal);
      // What was written meanwhile is newer than what was read before.
      const known = client.getQueryData<Task>(taskKey(id));
      return known && known.version > answer.version ? known : answer;
    },
  });
  const pending = usePendingChanges();
  const read = query.data;
  const task = useMemo(() => {
    const newest = listed && (!read || listed.version >= read.version) ? listed : read;
    if (!newest) return undefined;
    const patches = pending.map((change) => (change.kind === "update" && change.base._id === id ? change.patch : {}));
    const patch: TaskPatch = Object.assign({}, ...patches);
    return { key: id, ...newest, ...patch, stored: true } satisfies ListedTask;
  }, [id, listed, pending, read]);
  return { task, query };
}
