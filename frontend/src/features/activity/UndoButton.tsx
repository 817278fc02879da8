import { useState } from "react";
import { Button } from "@/components/Button";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { type Act, useTaskMutations } from "@/features/tasks";
import type { Activity } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { undoMessages } from "@/lib/messages/undo";
import { type Entry, requestOf, type UndoOffer } from "./entries";
import styles from "./UndoButton.module.css";

interface UndoButtonProps {
  entry: Entry;
  offer: UndoOffer;
  /** What the entry says, in words. */
  what: string;
}

/** Undoes an entry, or does again what was undone. The change comes into the journal by itself, as any other. */
export function UndoButton({ entry, offer, what }: UndoButtonProps) {
  const { acts } = useTaskMutations();
  const messages = useMessages(undoMessages);
  const [busy, setBusy] = useState(false);
  const label = messages[offer.kind];

  const press = () => {
    if (busy) return;
    const act = actOf(entry, what);
    setBusy(true);
    void (offer.kind === "undo" ? acts.undo(act) : acts.redo(act, [offer.request])).finally(() => setBusy(false));
  };
  return (
    <Button look="text" className={styles.button} aria-disabled={busy} onClick={press}>
      <span aria-hidden="true">{label}</span>
      <VisuallyHidden>{messages.ofEntry(label, what)}</VisuallyHidden>
    </Button>
  );
}

/** As an act of this page, which it may be or not. */
const actOf = (entry: Entry, text: string): Act => ({
  text,
  written: Promise.resolve([{ undo: requestOf(entry), inverse: [] }]),
  titles: new Map(entry.map(({ taskId, taskTitle }) => [taskId, taskTitle])),
});

/** What an activity says, in words alone. */
export function useSentence(): (activity: Activity) => string {
  const { types, sentence } = useMessages(activityMessages);
  const known: Record<string, string> = types;
  return ({ type, taskTitle, message }) => {
    const name = Object.hasOwn(known, type) ? known[type] : undefined;
    return name === undefined ? message : sentence(name, taskTitle);
  };
}
