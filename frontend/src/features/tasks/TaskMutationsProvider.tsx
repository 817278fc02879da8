"use client";

import { MutationObserver, type QueryClient, useMutationState, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useApi } from "@/features/session";
import type { Task, TaskInput, TaskPatch } from "@/lib/api/types";
import { type Conflict, ConflictDialog } from "./ConflictDialog";
import { keepTyped } from "./drafts";
import { OwnVersions } from "./own-versions";
import type { TaskChange } from "./pending-changes";
import { applyOutcome, replaceInCache, sendChange } from "./send-change";
import { UndoWindow } from "./undo-window";
import { useChangeErrors } from "./use-change-errors";

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
  const [versions] = useState(() => new OwnVersions());
  const [undo] = useState(() => new UndoWindow(notices));
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([]);
  const addConflict = useCallback((conflict: Conflict) => setConflicts((others) => [...others, conflict]), []);
  const report = useChangeErrors(addConflict);
  const [conflict] = conflicts;

  const mutate = useCallback(
    function mutate(change: TaskChange): void {
      // Asked at once, though the change may have to wait for the one before it.
      const confirmed = change.kind === "delete" ? undo.ask(change.base) : Promise.resolve(true);
      const observer = new MutationObserver(client, {
        mutationKey: CHANGES_KEY,
        // The changes of one task are sent one after another.
        ...(change.kind === "create" ? {} : { scope: { id: change.base._id } }),
        mutationFn: (sent: TaskChange) => sendChange(sent, { tasks, versions, confirmed }),
        onSuccess: (outcome) => applyOutcome(client, change, outcome),
        onError: (failure) => report(failure, change, () => mutate(change)),
      });
      void observer
        .mutate(change)
        .catch(() => undefined) // reported by then
        .finally(() => observer.reset());
    },
    [client, report, tasks, undo, versions],
  );

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
