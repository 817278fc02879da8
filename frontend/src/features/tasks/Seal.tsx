import { useSyncExternalStore } from "react";
import { useApi } from "@/features/session";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { exactTime } from "@/lib/time/format";
import styles from "./Seal.module.css";

/** Of the last change that was made here: whether the journal holds it, or only the gateway has accepted it. */
export function Seal({ taskId }: { taskId: string }) {
  const { own } = useApi().tasks;
  const { seal } = useMessages(taskMessages);
  const receipt = useSyncExternalStore(own.watch, () => own.receiptOf(taskId));
  if (!receipt) return null;
  const recorded = receipt !== "accepted";
  const words = recorded ? seal.recorded(exactTime(receipt.timestamp), exactTime(receipt.recordedAt)) : seal.accepted;
  return (
    <span role="img" aria-label={words} title={words} className={styles.seal} data-recorded={recorded || undefined}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 1.2c1.6-.5 2.6.6 3.9 1.2 1.4.7 2.6 1.4 2.4 3-.1 1.3.7 2.2.4 3.5-.4 1.4-1.8 1.7-2.5 2.9-.7 1.3-1.3 2.9-3 2.7-1.2-.1-2.1.4-3.3.1-1.5-.4-1.7-1.8-2.8-2.6C1.9 11.1.7 10.1 1.2 8.5c.3-1.2-.2-2.3.3-3.5.6-1.4 2.1-1.3 3.2-2.2C5.8 2 6.5 1.5 8 1.2Z" />
        <circle cx="8" cy="8" r="3.6" />
        <path d="M8 5.6v4.8M6.4 7.2h3.2" />
      </svg>
    </span>
  );
}
