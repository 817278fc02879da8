"use client";

import { type QueryClient, useMutationState, useQueryClient } from "@tanstack/react-query";
import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useApi } from "@/features/session";
import type { Task, TaskInput, TaskPatch } from "@/lib/api/types";
import { useShortcuts } from "@/lib/keyboard/use-shortcuts";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { Acts, type UndoClash } from "./acts";
import { type Conflict, ConflictDialog } from "./ConflictDialog";
import { Drafts } from "./drafts";
import { OwnVersions } from "./own-versions";
import { batchOf } from "./create-batch";
import { newKey, type TaskChange, type Together } from "./pending-changes";
import { CHANGES_KEY, replaceInCache } from "./send-change";
import { isCompleted } from "./status";
import { UndoWindow } from "./undo-window";
import { mayBeSentAgain, UnsettledChanges } from "./unsettled-changes";
import { useChangeErrors } from "./use-change-errors";
import { useLiveTasks } from "./use-live-tasks";
import { useSendChanges } from "./use-send-changes";

const UndoConflictDialog = lazy(() => import("./UndoConflictDialog"));

export interface TaskMutations {
  /** One task for each `key`, however often it is sent. */
  createTask(input: TaskInput, key: string): void;
  /** The first of them ends on top. One notice tells of them all. */
  createTasks(inputs: readonly TaskInput[]): void;
  updateTask(base: Task, patch: TaskPatch): void;
  /** An update that can be taken back for some seconds. */
  changeStatus(base: Task, status: string): void;
  /** The status that the task had when it was completed on this page; undefined if it was not. */
  completedFrom(id: string): string | undefined;
  deleteTask(base: Task): void;
  restoreTask(base: Task): void;
  /** Sends what waits for its undo seconds, and resolves when every change is settled. */
  flush(): Promise<void>;
  drafts: Drafts;
  versions: OwnVersions;
  /** What was done here, to be undone. */
  acts: Acts;
}

const Context = createContext<TaskMutations | undefined>(undefined);

export function useTaskMutations(): TaskMutations {
  const mutations = useContext(Context);
  if (!mutations) throw new Error("useTaskMutations needs a TaskMutationsProvider above it");
  return mutations;
}

/** Every change that is not yet settled, oldest first. A refused one leaves, and so rolls itself back. */
export function usePendingChanges(): TaskChange[] {
  const changes = useMutationState({
    filters: { mutationKey: CHANGES_KEY, status: "pending" },
    select: (mutation) => mutation.state.variables as TaskChange | Together,
  });
  return useMemo(() => changes.flatMap((change) => (change.kind === "together" ? change.parts : change)), [changes]);
}

/** Stands above the pages, so that a change begun on one goes on when the person turns to another. */
export function TaskMutationsProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const notices = useNotices();
  const { storage, tasks } = useApi();
  const [versions] = useState(() => new OwnVersions());
  const [undo] = useState(() => new UndoWindow(notices));
  const [clash, setClash] = useState<UndoClash>();
  const [acts] = useState(() => new Acts({ client, notices, tasks, versions, storage, ask: setClash }));
  const [statusesBefore] = useState(() => new Map<string, string>());
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([]);
  const addConflict = useCallback((conflict: Conflict) => setConflicts((others) => [...others, conflict]), []);
  const [unsettled] = useState(() => new UnsettledChanges(storage));
  const [drafts] = useState(() => {
    const kept = new Drafts(storage);
    // What is sent again is no draft, unless it is refused.
    for (const change of unsettled.all()) kept.dropTyped(change);
    return kept;
  });
  useLiveTasks();
  const report = useChangeErrors({ drafts, unsettled, onConflict: addConflict });
  const [conflict] = conflicts;

  const { mutate: send, createAll } = useSendChanges({ versions, undo, acts, drafts, unsettled, report });
  const mutate = useCallback<typeof send>(
    (change, offer) => {
      if (completes(change)) statusesBefore.set(change.base._id, change.base.status);
      send(change, offer);
    },
    [send, statusesBefore],
  );

  useShortcuts({ u: () => acts.undoLast() });

  const resent = useRef(false);
  useEffect(() => {
    if (resent.current) return;
    resent.current = true;
    for (const change of unsettled.all()) {
      if (mayBeSentAgain(change)) mutate(change);
      else giveBack(change, drafts, unsettled);
    }
    const given = drafts.anyOpen();
    if (given) drafts.resume(given);
  }, [drafts, mutate, unsettled]);

  useEffect(() => {
    const sendAll = () => undo.sendAll();
    window.addEventListener("pagehide", sendAll);
    return () => window.removeEventListener("pagehide", sendAll);
  }, [undo]);

  const mutations = useMemo<TaskMutations>(
    () => ({
      createTask: (input, key) => mutate({ kind: "create", key, input, at: new Date().toISOString() }),
      createTasks: (inputs) => createAll(batchOf(inputs)),
      updateTask: (base, patch) => mutate({ kind: "update", key: newKey(), base, patch }),
      changeStatus: (base, status) => {
        const text = getMessages(taskMessages).undo.moved(base.title, status);
        mutate({ kind: "update", key: newKey(), base, patch: { status } }, text);
      },
      completedFrom: (id) => statusesBefore.get(id),
      deleteTask: (base) => mutate({ kind: "delete", base }),
      restoreTask: (base) => mutate({ kind: "restore", base }),
      flush: async () => {
        undo.sendAll();
        await allSettled(client);
      },
      drafts,
      versions,
      acts,
    }),
    [acts, client, createAll, drafts, mutate, statusesBefore, undo, versions],
  );

  return (
    <Context value={mutations}>
      {children}
      {clash && (
        <Suspense>
          <UndoConflictDialog clash={clash} acts={acts} close={() => setClash(undefined)} />
        </Suspense>
      )}
      {conflict && (
        <ConflictDialog
          key={conflicts.length}
          conflict={conflict}
          decide={(chosen) => {
            replaceInCache(client, conflict.theirs);
            unsettled.settle(conflict.change);
            if (chosen) mutate(chosen);
            setConflicts(([, ...others]) => others);
          }}
          leave={() => {
            replaceInCache(client, conflict.theirs);
            giveBack(conflict.change, drafts, unsettled, true);
            setConflicts(([, ...others]) => others);
          }}
        />
      )}
    </Context>
  );
}

function completes(change: TaskChange): change is Extract<TaskChange, { kind: "update" }> {
  return change.kind === "update" && isCompleted(change.patch.status ?? "") && !isCompleted(change.base.status);
}

/** What was typed for a change is a draft again. */
function giveBack(change: TaskChange, drafts: Drafts, unsettled: UnsettledChanges, left = false): void {
  drafts.keepTyped(change, left);
  unsettled.settle(change);
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
