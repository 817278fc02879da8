import type { NewNotice, Notices } from "@/components/notices/notices";
import type { Task } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";

export const UNDO_SECONDS = 6;

interface Question {
  title: string;
  answer: (goOn: boolean) => void;
}

/** The seconds in which a delete can still be taken back. One notice speaks for all of them, of the latest by name. */
export class UndoWindow {
  private readonly open: Question[] = [];
  private notice: number | undefined;

  constructor(private readonly notices: Notices) {}

  /** Resolves to whether to go on: false if the person took it back. The deletes before it get their seconds anew. */
  ask({ title }: Task): Promise<boolean> {
    return new Promise((answer) => {
      this.open.push({ title, answer });
      this.tell();
    });
  }

  /** The page is closing or the person is leaving: what was deleted goes out now. */
  sendAll(): void {
    if (this.notice !== undefined) this.notices.expire(this.notice);
  }

  /** Takes the latest delete back. */
  undoLast(): void {
    this.open.pop()?.answer(false);
    this.tell();
  }

  private tell(): void {
    const latest = this.open.at(-1);
    if (latest && this.notice === undefined) this.notice = this.notices.show(this.about(latest));
    else if (latest && this.notice !== undefined) this.notices.update(this.notice, this.about(latest));
    else if (this.notice !== undefined) this.notices.dismiss(this.notice);
  }

  private about({ title }: Question): NewNotice {
    const messages = getMessages(taskMessages).undo;
    const before = this.open.length - 1;
    return {
      tone: "quiet",
      text: messages.deleted(title),
      detail: before > 0 ? messages.before(before) : undefined,
      seconds: UNDO_SECONDS,
      action: { label: messages.action, shortcut: "u", run: () => this.undoLast(), repeats: true },
      whenGone: () => this.goOn(),
    };
  }

  private goOn(): void {
    this.notice = undefined;
    for (const { answer } of this.open.splice(0)) answer(true);
  }
}
