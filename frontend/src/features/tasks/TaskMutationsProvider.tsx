"use client";

import { type QueryClient, useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useApi } from "@/features/session";
import type { Task, TaskInput, TaskPatch } from "@/lib/api/types";
import { type Conflict, ConflictDialog } from "./ConflictDialog";
import { keepTyped } from "./drafts";
import type { TaskChange } from "./pending-changes";
import { applyOutcome, replaceInCache, sendChange } from "./send-change";
import { UndoWindow } from "./undo-window";
import { useChangeErrors } from "./use-change-errors";
import { WriteQueue } from "./write-queue";

const CHANGES_KEY = ["task-changes"];

export interface TaskMutations {
  createTask(input: TaskInput): void;
  updateTask(base: Task, patch: TaskPatch): void;
  deleteTask(base: Task): void;
  undoLastDelete(): void;
  /** Sends what waits for its undo seconds, and resolves when every change is settled. */
  flush(): Promise<void>;
}

let created = 0;

const Context = createContext<TaskMutations | undefined>(undefined);

export function useTaskMutations(): TaskMutations {
  const mutations = useContext(Context);
  if (!mutations) throw new Error("useTaskMutations needs a TaskMutationsProvider above it");
  return mutations;
}

/** Every change that is not yet settled, oldest first. A refused one leaves, and so rolls itself back. */
export function usePendingChanges(): TaskChange[] {
  return useMutationState({
    filters: { mutationKey: CHANGES_KEY, status: "pending" },
    select: (mutation) => mutation.state.variables as TaskChange,
  });
}

/** Stands above the pages, so that a change begun on one goes on when the person turns to another. */
export function TaskMutationsProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks } = useApi();
  const [writes] = useState(() => new WriteQueue());
  const [undo] = useState(() => new UndoWindow(notices));
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([]);
  const report = useChangeErrors((conflict) => setConflicts((others) => [...others, conflict]));
  const [conflict] = conflicts;

  const { mutate } = useMutation({
    mutationKey: CHANGES_KEY,
    mutationFn: (change: TaskChange) => sendChange(change, { tasks, writes, undo }),
    onSuccess: (outcome, change) => applyOutcome(client, change, outcome),
    onError: (failure, change) => report(failure, change, () => mutate(change)),
  });

  useEffect(() => {
    const sendAll = () => undo.sendAll();
    window.addEventListener("pagehide", sendAll);
    return () => window.removeEventListener("pagehide", sendAll);
  }, [undo]);

  const mutations = useMemo<TaskMutations>(
    () => ({
      createTask: (input) =>
        mutate({ kind: "create", key: `new-${++created}`, input, at: new Date().toISOString() }),
      updateTask: (base, patch) => mutate({ kind: "update", base, patch }),
      deleteTask: (base) => mutate({ kind: "delete", base }),
      undoLastDelete: () => undo.undoLast(),
      flush: async () => {
        undo.sendAll();
        await allSettled(client);
      },
    }),
    [client, mutate, undo],
  );

  return (
    <Context value={mutations}>
      {children}
      {conflict && (
        <ConflictDialog
          key={conflicts.length}
          conflict={conflict}
          choose={(choice) => {
            replaceInCache(client, conflict.theirs);
            if (choice === "yours") mutate({ ...conflict.change, base: conflict.theirs });
            if (choice === "neither") keepTyped(conflict.change);
            setConflicts(([, ...others]) => others);
          }}
        />
      )}
    </Context>
  );
}

function allSettled(client: QueryClient): Promise<void> {
  const filter = { mutationKey: CHANGES_KEY };
  return new Promise((resolve) => {
    const look = () => {
      if (client.isMutating(filter) > 0) return;
      stop();
      resolve();
    };
    const stop = client.getMutationCache().subscribe(look);
    queueMicrotask(look);
  });
}
