import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLive } from "@/features/live";
import { useApi } from "@/features/session";
import { hasStatus } from "@/lib/api/errors";
import type { TasksApi } from "@/lib/api/tasks";
import type { Activity } from "@/lib/api/types";
import { takeAway, takeOver } from "./live-tasks";
import type { TaskChange, Together } from "./pending-changes";
import { CHANGES_KEY, FACETS_KEY, TASKS_KEY } from "./send-change";

/** Of changes that follow each other those of this time are looked up together; one after a rest at once. */
const TOGETHER_MS = 60;
/** More than these are not read one by one: the lists are read anew. */
const AT_MOST = 6;

/** Shows what other tabs and devices do to the tasks, as it happens, and which of this page's own writes are recorded. */
export function useLiveTasks(): void {
  const client = useQueryClient();
  const live = useLive();
  const { tasks } = useApi();
  useEffect(() => {
    let waiting: Activity[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lookedAt = -Infinity;
    const look = () => {
      timer = isWriting(client) ? setTimeout(look, TOGETHER_MS) : undefined;
      if (timer) return;
      lookedAt = performance.now();
      const told = waiting.filter((activity) => !tasks.own.has(activity));
      for (const activity of waiting) tasks.own.recorded(activity);
      waiting = [];
      void takeAll(client, tasks, told);
    };
    const unsubscribe = live.subscribe({
      told: (activity) => {
        waiting.push(activity);
        timer ??= setTimeout(look, performance.now() - lookedAt < TOGETHER_MS ? TOGETHER_MS : 0);
      },
      missed: () => {
        tasks.own.lost();
        readAll(client);
      },
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [client, live, tasks]);
}

/** Until it is answered, it is not known which events are of this page's own writes. A delete waits for its undo seconds. */
const isWriting = (client: QueryClient): boolean =>
  client.isMutating({
    mutationKey: CHANGES_KEY,
    predicate: ({ state }) => (state.variables as TaskChange | Together).kind !== "delete",
  }) > 0;

async function takeAll(client: QueryClient, tasks: TasksApi, told: readonly Activity[]): Promise<void> {
  if (told.length === 0) return;
  const ids = [...new Set(told.map(({ taskId }) => taskId))];
  if (ids.length > AT_MOST) return readAll(client);
  const fresh = told.filter(({ type }) => type === "TaskCreated" || type === "TaskRestored");
  try {
    await Promise.all(ids.map((id) => takeOne(client, tasks, id, fresh.some(({ taskId }) => taskId === id))));
    void client.invalidateQueries({ queryKey: FACETS_KEY });
  } catch {
    readAll(client); // with retries, which tell the person when they fail
  }
}

async function takeOne(client: QueryClient, tasks: TasksApi, id: string, isNew: boolean): Promise<void> {
  try {
    takeOver(client, await tasks.get(id), isNew);
  } catch (failure) {
    if (!hasStatus(failure, 404)) throw failure;
    takeAway(client, id);
  }
}

function readAll(client: QueryClient): void {
  for (const queryKey of [TASKS_KEY, ["task"], FACETS_KEY]) void client.invalidateQueries({ queryKey });
}
