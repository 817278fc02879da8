"use client";

import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Button } from "@/components/Button";
import { Dialog, DialogActions } from "@/components/Dialog";
import { loadFieldChanges } from "@/features/activity";
import { useApi } from "@/features/session";
import type { UndoConflict } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { undoMessages } from "@/lib/messages/undo";
import type { Acts, UndoClash } from "./acts";
import { replaceInCache } from "./send-change";
import { byTask, othersOfBatches, putBack } from "./send-undo";
import styles from "./UndoConflictDialog.module.css";

const FieldChanges = lazy(loadFieldChanges);

const MOST_SHOWN = 20;

interface UndoConflictDialogProps {
  clash: UndoClash;
  acts: Acts;
  close: () => void;
}

/** What was undone has been changed since: nothing is written over until the person has chosen. */
export default function UndoConflictDialog({ clash: { act, conflicts, again, batchIds }, acts, close }: UndoConflictDialogProps) {
  const client = useQueryClient();
  const { tasks, activity } = useApi();
  const messages = useMessages(undoMessages).conflict;
  const tasksOf = [...byTask(conflicts)];
  const inTrash = conflicts.every(({ field }) => field === "deletedAt");
  // A place in the order is no value that could be written.
  const isMoved = conflicts.some(({ field }) => field === "rank");

  const choose = (send: () => Promise<void>, retry: () => void) => {
    close();
    void send().catch((failure: unknown) => acts.tellFailed(act.text, failure, retry));
  };
  const takeBack = () =>
    choose(async () => {
      for (const task of await putBack(tasks, conflicts)) replaceInCache(client, task);
      await again(true);
    }, takeBack);
  const undoOthers = () =>
    choose(async () => {
      const others = await othersOfBatches(activity, batchIds, new Set(tasksOf.map(([id]) => id)));
      await acts.undo({ ...act, written: Promise.resolve(others.map((undo) => ({ undo, inverse: [] }))) });
    }, undoOthers);

  return (
    <Dialog title={messages.heading} close={close} wide unasked>
      <p className={styles.explanation}>{inTrash ? messages.inTrash : messages.explanation}</p>
      <ul className={styles.tasks}>
        {tasksOf.slice(0, MOST_SHOWN).map(([id, fields]) => (
          <li key={id}>
            <p className={styles.title}>{act.titles?.get(id)}</p>
            <Suspense fallback={null}>
              <FieldChanges changes={fromNow(fields)} />
            </Suspense>
            {!inTrash && fields.some(({ field }) => field === "deletedAt") && <p>{messages.inTrash}</p>}
            {fields.some(({ field }) => field === "rank") && <p>{messages.moved}</p>}
          </li>
        ))}
      </ul>
      {tasksOf.length > MOST_SHOWN && <p>{messages.more(tasksOf.length - MOST_SHOWN)}</p>}
      <DialogActions>
        {batchIds.size === 0 ? (
          <Button onClick={close}>{messages.keep}</Button>
        ) : (
          <Button onClick={undoOthers}>{messages.keepThese}</Button>
        )}
        {!isMoved && (
          <Button look="danger" onClick={takeBack}>
            {inTrash ? messages.restore : messages.putBack}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

/** From what each field is now to what it was before. */
const fromNow = (conflicts: readonly UndoConflict[]) =>
  Object.fromEntries(conflicts.map(({ field, from, now }) => [field, { from: now, to: from }]));
