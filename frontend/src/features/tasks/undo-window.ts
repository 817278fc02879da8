import type { Notices } from "@/components/notices/notices";
import type { Task } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";

/** As long as the bar in NoticeStack.module.css takes to run down. */
export const UNDO_SECONDS = 6;

/** The seconds in which a delete can still be taken back, each shown as a notice. */
export class UndoWindow {
  private readonly open = new Set<number>();

  constructor(private readonly notices: Notices) {}

  /** Resolves to whether to go on: false if the person took it back. */
  ask({ title }: Task): Promise<boolean> {
    const messages = getMessages(taskMessages).undo;
    return new Promise((resolve) => {
      const id = this.notices.show({
        tone: "quiet",
        text: messages.deleted(title),
        seconds: UNDO_SECONDS,
        action: { label: messages.action, shortcut: "u" },
        whenGone: (how) => {
          this.open.delete(id);
          resolve(how !== "acted");
        },
      });
      this.open.add(id);
    });
  }

  /** The page is closing or the person is leaving: what was deleted goes out now. */
  sendAll(): void {
    for (const id of [...this.open]) this.notices.expire(id);
  }

  /** Takes the latest delete back. */
  undoLast(): void {
    const last = [...this.open].at(-1);
    if (last !== undefined) this.notices.act(last);
  }
}
