import type { NewNotice, Notices } from "@/components/notices/notices";
import type { Task } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";

export const UNDO_SECONDS = 6;

interface Question {
  /** What was done. */
  text: string;
  answer: (goOn: boolean) => void;
}

/** The seconds in which something done can be taken back. One notice speaks for all of it, of the latest by name. */
export class UndoWindow {
  private readonly open: Question[] = [];
  private notice: number | undefined;

  constructor(private readonly notices: Notices) {}

  /**
   * `confirmed` resolves to whether to go on: false if the person took it back, which `retract` does, too. What was done
   * before gets its seconds anew.
   */
  ask({ title }: Task): { confirmed: Promise<boolean>; retract: () => boolean } {
    let answer: (goOn: boolean) => void = () => undefined;
    const confirmed = new Promise<boolean>((resolve) => (answer = resolve));
    const question = { text: getMessages(taskMessages).undo.deleted(title), answer };
    this.add(question);
    return {
      confirmed,
      retract: () => {
        const isOpen = this.withdraw(question);
        if (isOpen) answer(false);
        return isOpen;
      },
    };
  }

  /** For what is done already. Returns what takes the offer away, once there is nothing to undo. */
  offer(text: string, undo: () => void): () => void {
    const question: Question = { text, answer: (goOn) => goOn || undo() };
    this.add(question);
    return () => void this.withdraw(question);
  }

  /** The page is closing or the person is leaving: what was deleted goes out now. */
  sendAll(): void {
    if (this.notice !== undefined) this.notices.expire(this.notice);
  }

  /** Whether it was still open. */
  private withdraw(question: Question): boolean {
    const at = this.open.indexOf(question);
    if (at < 0) return false;
    this.open.splice(at, 1);
    this.tell();
    return true;
  }

  private undoLast(): void {
    const latest = this.open.pop();
    this.tell();
    latest?.answer(false);
  }

  private add(question: Question): void {
    this.open.push(question);
    this.tell();
  }

  private tell(): void {
    const latest = this.open.at(-1);
    if (latest && this.notice === undefined) this.notice = this.notices.show(this.about(latest));
    else if (latest && this.notice !== undefined) this.notices.update(this.notice, this.about(latest));
    else if (this.notice !== undefined) this.notices.dismiss(this.notice);
  }

  private about({ text }: Question): NewNotice {
    const messages = getMessages(taskMessages).undo;
    const before = this.open.length - 1;
    return {
      tone: "quiet",
      text,
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
