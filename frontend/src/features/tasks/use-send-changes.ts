import { MutationObserver, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useApi } from "@/features/session";
import { CreateBatch } from "./create-batch";
import type { Drafts } from "./drafts";
import type { OwnVersions } from "./own-versions";
import type { Create, TaskChange } from "./pending-changes";
import { applyOutcome, CHANGES_KEY, sendChange } from "./send-change";
import type { UndoWindow } from "./undo-window";
import type { UnsettledChanges } from "./unsettled-changes";
import type { ReportError } from "./use-change-errors";

interface SendChangesParts {
  versions: OwnVersions;
  undo: UndoWindow;
  drafts: Drafts;
  unsettled: UnsettledChanges;
  report: ReportError;
}

interface MutateOptions {
  /** Tells of its creates as one. */
  batch?: CreateBatch;
  /** Told when the gateway did not take the change. */
  refused?: () => void;
}

/** Sends a change, or several new tasks as one, until each is settled: agreed to, given back as a draft, or told. */
export function useSendChanges({ versions, undo, drafts, unsettled, report }: SendChangesParts) {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks } = useApi();

  const mutate = useCallback(
    function mutate(change: TaskChange, { batch, refused }: MutateOptions = {}): void {
      unsettled.keep(change);
      // Asked at once, though the change may have to wait for the one before it.
      const confirmed = change.kind === "delete" ? undo.ask(change.base) : Promise.resolve(true);
      const observer = new MutationObserver(client, {
        mutationKey: CHANGES_KEY,
        // The changes of one task are sent one after another.
        ...scopeOf(change),
        mutationFn: (sent: TaskChange) => sendChange(sent, { tasks, versions, confirmed }),
        onSuccess: (outcome) => {
          unsettled.settle(change);
          drafts.dropTyped(change);
          if (outcome.kind === "deleted" && change.kind === "delete") drafts.drop(change.base._id);
          applyOutcome(client, change, outcome);
          batch?.stored();
        },
        onError: (failure) => {
          refused?.();
          if (batch) batch.notStored(change, failure);
          else report(failure, change, () => mutate(change));
        },
      });
      void observer
        .mutate(change)
        .catch(() => undefined) // reported by then
        .finally(() => observer.reset());
    },
    [client, drafts, report, tasks, undo, unsettled, versions],
  );

  const createAll = useCallback(
    function createAll(changes: readonly Create[]): void {
      const batch = new CreateBatch(changes.length, { notices, drafts, unsettled, retry: createAll });
      for (const change of changes) mutate(change, { batch });
    },
    [drafts, mutate, notices, unsettled],
  );
  return { mutate, createAll };
}

/** The changes of one task are sent one after another, and so are the tasks that are created together. */
function scopeOf(change: TaskChange): { scope?: { id: string } } {
  const id = change.kind === "create" ? change.batch : change.base._id;
  return id === undefined ? {} : { scope: { id } };
}
