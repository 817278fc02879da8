import type { Notices } from "@/components/notices/notices";
import type { TaskInput } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { quickAddMessages } from "@/lib/messages/quick-add";
import type { Drafts } from "./drafts";
import { type Create, newKey, type TaskChange } from "./pending-changes";
import type { UnsettledChanges } from "./unsettled-changes";
import { isUnanswered, why } from "./use-change-errors";

/** New tasks to be created together, in the order in which they are sent: the last stands on top. */
export function batchOf(inputs: readonly TaskInput[]): Create[] {
  const batch = newKey();
  const at = new Date().toISOString();
  return [...inputs].reverse().map((input) => ({ kind: "create", key: newKey(), input, at, batch }));
}

interface BatchParts {
  notices: Notices;
  drafts: Drafts;
  unsettled: UnsettledChanges;
  /** Sends these again, under their own keys. */
  retry: (changes: readonly Create[]) => void;
}

/** One notice for several new tasks: how many there are already, and what became of them. */
export class CreateBatch {
  private created = 0;
  private readonly failed: { change: Create; reason: unknown }[] = [];
  private readonly notice: number;

  constructor(private readonly total: number, private readonly parts: BatchParts) {
    this.notice = parts.notices.show({ tone: "quiet", text: wordsOf().progress(0, total) });
  }

  stored(): void {
    this.created++;
    this.tell();
  }

  notStored(change: TaskChange, reason: unknown): void {
    if (change.kind !== "create") return;
    this.failed.push({ change, reason });
    // What may be stored stays unsettled, and a reload sends it again; the rest is a draft that waits to be asked for.
    if (!isUnanswered(reason)) {
      this.parts.drafts.keepTyped(change, true);
      this.parts.unsettled.settle(change);
    }
    this.tell();
  }

  private tell(): void {
    const { notices } = this.parts;
    const words = wordsOf();
    if (this.created + this.failed.length < this.total) {
      notices.update(this.notice, { tone: "quiet", text: words.progress(this.created, this.total) });
    } else if (this.failed.length === 0) {
      notices.update(this.notice, { tone: "quiet", text: words.done(this.total), seconds: 6 });
    } else {
      notices.dismiss(this.notice);
      notices.show({
        tone: "alarm",
        text: words.failed(this.failed.length, this.total),
        detail: why(this.failed[0]?.reason),
        action: { label: getMessages(commonMessages).tryAgain, run: () => this.retryFailed() },
      });
    }
  }

  private retryFailed(): void {
    for (const { change } of this.failed) this.parts.drafts.dropTyped(change);
    this.parts.retry(this.failed.map(({ change }) => change));
  }
}

const wordsOf = () => getMessages(quickAddMessages).paste;
