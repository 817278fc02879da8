import { MutationObserver, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useApi } from "@/features/session";
import type { OwnWrites } from "@/lib/api/own-writes";
import type { UndoRequest } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { undoMessages } from "@/lib/messages/undo";
import type { Act, Written } from "./act";
import type { Acts } from "./acts";
import { inverseOf } from "./bulk-change";
import { CreateBatch } from "./create-batch";
import type { Drafts } from "./drafts";
import type { OwnVersions } from "./own-versions";
import type { BulkPart, Create, TaskChange } from "./pending-changes";
import { applyOutcome, CHANGES_KEY, type Outcome, sendChange } from "./send-change";
import type { UndoWindow } from "./undo-window";
import type { UnsettledChanges } from "./unsettled-changes";
import type { ReportError } from "./use-change-errors";

interface SendChangesParts {
  versions: OwnVersions;
  undo: UndoWindow;
  acts: Acts;
  drafts: Drafts;
  unsettled: UnsettledChanges;
  report: ReportError;
}

interface SendOptions {
  /** Tells of its creates as one. */
  batch?: CreateBatch;
  /** Of a delete: whether its undo seconds passed without an undo. */
  confirmed?: Promise<boolean>;
}

/** Sends a change, or several new tasks as one, until each is settled: agreed to, given back as a draft, or told. */
export function useSendChanges({ versions, undo, acts, drafts, unsettled, report }: SendChangesParts) {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks } = useApi();

  const send = useCallback(
    (change: TaskChange, retry: () => void, { batch, confirmed = Promise.resolve(true) }: SendOptions = {}) =>
      new Promise<readonly Written[]>((resolve) => {
        unsettled.keep(change);
        let before: UndoRequest | undefined;
        const observer = new MutationObserver(client, {
          mutationKey: CHANGES_KEY,
          // The changes of one task are sent one after another.
          ...scopeOf(change),
          mutationFn: (sent: TaskChange) => {
            before = change.kind === "create" ? undefined : tasks.own.latestOf(change.base._id);
            return sendChange(sent, { tasks, versions, confirmed });
          },
          onSuccess: (outcome) => {
            unsettled.settle(change);
            drafts.dropTyped(change);
            if (outcome.kind === "deleted" && change.kind === "delete") drafts.drop(change.base._id);
            applyOutcome(client, change, outcome);
            batch?.stored();
            resolve(writtenBy(change, outcome, before, tasks.own));
          },
          onError: (failure) => {
            resolve([]);
            if (batch) batch.notStored(change, failure);
            else report(failure, change, retry);
          },
        });
        void observer
          .mutate(change)
          .catch(() => undefined) // reported by then
          .finally(() => observer.reset());
      }),
    [client, drafts, report, tasks, unsettled, versions],
  );

  const mutate = useCallback(
    /** `offer` is what a notice says of it for the seconds in which it offers to undo it. */
    function mutate(change: TaskChange, offer?: string): void {
      // Asked at once, though the change may have to wait for the one before it.
      const question = change.kind === "delete" ? undo.ask(change.base) : undefined;
      const written = send(change, () => mutate(change), question && { confirmed: question.confirmed });
      const act: Act = { text: offer ?? textOf(change), written, ...(question && { retract: question.retract }) };
      if (offer !== undefined) {
        const withdraw = undo.offer(offer, () => void acts.undo(act));
        act.retract = () => (withdraw(), false);
        void written.then(({ length }) => length === 0 && withdraw());
      }
      acts.did(act);
    },
    [acts, send, undo],
  );

  const createAll = useCallback(
    function createAll(changes: readonly Create[]): void {
      const batch = new CreateBatch(changes.length, { notices, drafts, unsettled, retry: createAll });
      const all = changes.map((change) => send(change, () => undefined, { batch }));
      const text = getMessages(undoMessages).did.createdMany(changes.length);
      acts.did({ text, written: Promise.all(all).then((written) => written.flat()) });
    },
    [acts, drafts, notices, send, unsettled],
  );
  return { mutate, createAll };
}

/** Nothing where the gateway had nothing to change. */
function writtenBy(change: TaskChange, outcome: Outcome, before: UndoRequest | undefined, own: OwnWrites): Written[] {
  const id = outcome.kind === "stored" ? outcome.task._id : change.kind === "create" ? "" : change.base._id;
  const undo = own.latestOf(id);
  if (outcome.kind === "undone" || undo === undefined || undo === before) return [];
  return [{ undo, inverse: inverseOfOne(change, outcome) }];
}

function inverseOfOne(change: TaskChange, outcome: Outcome): BulkPart[] {
  if (change.kind !== "create") return [inverseOf(change, outcome.kind === "stored" ? outcome.task : change.base)];
  return outcome.kind === "stored" ? [{ kind: "delete", base: outcome.task }] : [];
}

function textOf(change: TaskChange): string {
  const { did } = getMessages(undoMessages);
  switch (change.kind) {
    case "create":
      return did.created(change.input.title);
    case "update":
      return did.updated(change.base.title);
    case "delete":
      return getMessages(taskMessages).undo.deleted(change.base.title);
    case "restore":
      return did.restored(change.base.title);
  }
}

/** The changes of one task are sent one after another, and so are the tasks that are created together. */
function scopeOf(change: TaskChange): { scope?: { id: string } } {
  const id = change.kind === "create" ? change.batch : change.base._id;
  return id === undefined ? {} : { scope: { id } };
}
