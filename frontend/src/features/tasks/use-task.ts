"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useApi } from "@/features/session";
import type { TaskPatch } from "@/lib/api/types";
import type { ListedTask } from "./pending-changes";
import { taskKey } from "./send-change";
import { usePendingChanges } from "./TaskMutationsProvider";

/** One task, whether the list has it or not, as it will be once every pending change is agreed to. */
export function useTask(id: string, listed: ListedTask | undefined) {
  const { tasks } = useApi();
  const query = useQuery({ queryKey: taskKey(id), queryFn: () => tasks.get(id) });
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
