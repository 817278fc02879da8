"use client";

import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { Task, TaskInput, TaskPatch } from "@/lib/api/types";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useApi } from "@/features/session";
import type { TaskChange } from "./pending-changes";
import { type Conflict, ConflictDialog } from "./ConflictDialog";
import { replaceInCache, sendChange, applyOutcome } from "./send-change";
import { keepTyped } from "./drafts";
import { WriteQueue } from "./write-queue";
import { UndoWindow } from "./undo-window";
import { useChangeErrors } from "./use-change-errors";

export const CHANGES_KEY = ["contracts"];

export interface TaskMutations {
  create(draft: TaskInput): void;
  amend(base: Task, patch: TaskPatch): void;
  discard(base: Task): void;
  undoLast(): void;
  /** Sends what waits for its undo seconds, and resolves when every change is settled. */
  finish(): Promise<void>;
}

let wishes = 0;

const Context = createContext<TaskMutations | undefined>(undefined);

export function useTaskMutations(): TaskMutations {
  const changes = useContext(Context);
  if (!changes) throw new Error("useTaskMutations needs TaskMutationsProvider above it");
  return changes;
}

/** Every change that is not yet settled, oldest first. A refused one leaves, and so rolls itself back. */
export function usePendingChanges(): TaskChange[] {
  return useMutationState({
    filters: { mutationKey: CHANGES_KEY, status: "pending" },
    select: (mutation) => mutation.state.variables as TaskChange,
  });
}

/** Stands above the pages, so that a change begun on one goes on when the hunter turns to another. */
export function TaskMutationsProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks } = useApi();
  const [own] = useState(() => new WriteQueue());
  const [undo] = useState(() => new UndoWindow(notices));
  const [clashes, setClashes] = useState<readonly Conflict[]>([]);
  const refused = useChangeErrors((clash) => setClashes((others) => [...others, clash]));
  const [clash] = clashes;

  const { mutate } = useMutation({
    mutationKey: CHANGES_KEY,
    mutationFn: (change: TaskChange) => sendChange(change, { tasks, own, undo }),
    onSuccess: (outcome, change) => applyOutcome(client, change, outcome),
    onError: (failure, change) => refused(failure, change, () => mutate(change)),
  });

  useEffect(() => {
    const sendAll = () => undo.sendAll();
    window.addEventListener("pagehide", sendAll);
    return () => window.removeEventListener("pagehide", sendAll);
  }, [undo]);

  const changes = useMemo<TaskMutations>(
    () => ({
      create: (draft) =>
        mutate({ kind: "create", key: `new-${++wishes}`, draft, at: new Date().toISOString() }),
      amend: (base, patch) => mutate({ kind: "amend", base, patch }),
      discard: (base) => mutate({ kind: "discard", base }),
      undoLast: () => undo.undoLast(),
      finish: async () => {
        undo.sendAll();
        await allSettled(client);
      },
    }),
    [client, mutate, undo],
  );

  return (
    <Context value={changes}>
      {children}
      {clash && (
        <ConflictDialog
          key={clashes.length}
          clash={clash}
          choose={(choice) => {
            replaceInCache(client, clash.theirs);
            if (choice === "yours") mutate({ ...clash.change, base: clash.theirs });
            if (choice === "neither") keepTyped(clash.change);
            setClashes(([, ...others]) => others);
          }}
        />
      )}
    </Context>
  );
}

function allSettled(client: ReturnType<typeof useQueryClient>): Promise<void> {
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
