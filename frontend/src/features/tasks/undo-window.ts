import type { Notices } from "@/components/notices/notices";

export const UNDO_SECONDS = 6;

/** The seconds in which a discard can still be taken back, each shown as a notice. */
export class UndoWindow {
  private readonly open = new Set<number>();

  constructor(private readonly notices: Notices) {}

  /** Resolves to whether to go on: false if the hunter took it back. */
  ask(text: string): Promise<boolean> {
    return new Promise((resolve) => {
      const id = this.notices.show({
        tone: "quiet",
        text,
        seconds: UNDO_SECONDS,
        action: { label: "Undo", shortcut: "u" },
        whenGone: (how) => {
          this.open.delete(id);
          resolve(how !== "acted");
        },
      });
      this.open.add(id);
    });
  }

  /** The page is closing or its hunter is leaving: what was discarded goes out now. */
  sendAll(): void {
    for (const id of [...this.open]) this.notices.expire(id);
  }

  /** Takes the latest discard back. */
  undoLast(): void {
    const last = [...this.open].at(-1);
    if (last !== undefined) this.notices.act(last);
  }
}
