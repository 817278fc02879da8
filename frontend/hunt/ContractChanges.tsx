"use client";

import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { Task, TaskDraft, TaskPatch } from "@/api/contract";
import { useNotices } from "@/notice/NoticeProvider";
import { useApi } from "@/session/SessionProvider";
import type { Change } from "./change";
import { type Clash, ConflictDialog } from "./ConflictDialog";
import { adopt, carryOut, settle } from "./contract-changes";
import { keepTyped } from "./drafts";
import { OwnWrites } from "./own-writes";
import { UndoWindow } from "./undo-window";
import { useRefusals } from "./use-refusals";

export const CHANGES_KEY = ["contracts"];

export interface ContractChanges {
  create(draft: TaskDraft): void;
  amend(base: Task, patch: TaskPatch): void;
  discard(base: Task): void;
  undoLast(): void;
  /** Sends what waits for its undo seconds, and resolves when every change is settled. */
  finish(): Promise<void>;
}

let wishes = 0;

const Context = createContext<ContractChanges | undefined>(undefined);

export function useContractChanges(): ContractChanges {
  const changes = useContext(Context);
  if (!changes) throw new Error("useContractChanges needs ContractChangesProvider above it");
  return changes;
}

/** Every change that is not yet settled, oldest first. A refused one leaves, and so rolls itself back. */
export function usePendingChanges(): Change[] {
  return useMutationState({
    filters: { mutationKey: CHANGES_KEY, status: "pending" },
    select: (mutation) => mutation.state.variables as Change,
  });
}

/** Stands above the pages, so that a change begun on one goes on when the hunter turns to another. */
export function ContractChangesProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks } = useApi();
  const [own] = useState(() => new OwnWrites());
  const [undo] = useState(() => new UndoWindow(notices));
  const [clashes, setClashes] = useState<readonly Clash[]>([]);
  const refused = useRefusals((clash) => setClashes((others) => [...others, clash]));
  const [clash] = clashes;

  const { mutate } = useMutation({
    mutationKey: CHANGES_KEY,
    mutationFn: (change: Change) => carryOut(change, { tasks, own, undo }),
    onSuccess: (outcome, change) => settle(client, change, outcome),
    onError: (failure, change) => refused(failure, change, () => mutate(change)),
  });

  useEffect(() => {
    const sendAll = () => undo.sendAll();
    window.addEventListener("pagehide", sendAll);
    return () => window.removeEventListener("pagehide", sendAll);
  }, [undo]);

  const changes = useMemo<ContractChanges>(
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
            adopt(client, clash.theirs);
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
