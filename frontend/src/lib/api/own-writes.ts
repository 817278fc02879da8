import type { Activity, UndoRequest } from "./types";

/** Of a write that was sent here: accepted, or recorded in the journal as well, at these times. */
export type Receipt = "accepted" | Pick<Activity, "timestamp" | "recordedAt">;

interface Answer {
  eventId?: string | null;
  batchId?: string | null;
}

/** The writes that this page sent itself, from their answers to their records in the journal. */
export class OwnWrites {
  /** Of their events and batches. */
  private readonly ids = new Set<string>();
  /** The event or batch that was last answered for a task. */
  private readonly latest = new Map<string, UndoRequest>();
  private readonly receipts = new Map<string, Receipt>();
  private readonly watchers = new Set<() => void>();

  readonly watch = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  };

  /** What became of the last change of the task that was made here; undefined if there is none, or nobody can tell. */
  receiptOf(taskId: string): Receipt | undefined {
    return this.receipts.get(taskId);
  }

  /** The event or batch of the last change of the task that was made here: another object after each. */
  latestOf(taskId: string): UndoRequest | undefined {
    return this.latest.get(taskId);
  }

  /** Notes what was answered for a write of these tasks. */
  answered({ eventId, batchId }: Answer, ...taskIds: readonly string[]): void {
    const written = eventId ? { eventId } : batchId ? { batchId } : undefined;
    if (!written) return; // nothing changed
    this.ids.add(idOf(written));
    for (const taskId of taskIds) {
      this.latest.set(taskId, written);
      this.receipts.set(taskId, "accepted");
    }
    this.tell();
  }

  /** Whether the activity is of a write that was answered here. */
  has({ id, batchId }: Activity): boolean {
    return this.ids.has(id) || (batchId !== null && this.ids.has(batchId));
  }

  /** The journal holds it. One may hear of that before the answer. */
  recorded({ id, batchId, taskId, timestamp, recordedAt }: Activity): void {
    const latest = this.latest.get(taskId);
    if (latest === undefined || ![id, batchId].includes(idOf(latest))) return;
    this.receipts.set(taskId, { timestamp, recordedAt });
    this.tell();
  }

  /** Whether what was only accepted has been recorded since can no longer be told. */
  lost(): void {
    for (const [taskId, receipt] of this.receipts) if (receipt === "accepted") this.receipts.delete(taskId);
    this.tell();
  }

  private tell(): void {
    for (const changed of this.watchers) changed();
  }
}

const idOf = (written: UndoRequest): string => ("eventId" in written ? written.eventId : written.batchId);
