export type Parting = "expired" | "dismissed" | "acted";

export interface NoticeAction {
  label: string;
  /** Left out where `whenGone` says it all. */
  run?: () => void;
  /** The key that does the same from anywhere on the page, shown beside the label. */
  shortcut?: string;
}

export interface NewNotice {
  tone: "quiet" | "alarm";
  text: string;
  detail?: string | undefined;
  action?: NoticeAction;
  /** Stays until dismissed when left out. */
  seconds?: number;
  /** Told once, when it leaves. */
  whenGone?: (how: Parting) => void;
}

export interface Notice extends NewNotice {
  id: number;
}

/** The short messages at the foot of the page. Their clocks stand still while someone reads them. */
export class Notices {
  private shown: readonly Notice[] = [];
  private readonly clocks = new Map<number, { left: number; since: number; timer?: Timer }>();
  private readonly watchers = new Set<() => void>();
  private held = false;
  private lastId = 0;

  readonly watch = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  };

  readonly current = (): readonly Notice[] => this.shown;

  show(notice: NewNotice): number {
    const id = ++this.lastId;
    this.change([...this.shown, { ...notice, id }]);
    if (notice.seconds !== undefined) {
      this.clocks.set(id, { left: notice.seconds * 1000, since: Date.now() });
      if (!this.held) this.start(id);
    }
    return id;
  }

  /** Runs the notice's action, and takes the notice away first: an action happens once. */
  act(id: number): void {
    const action = this.shown.find((notice) => notice.id === id)?.action;
    this.remove(id, "acted");
    action?.run?.();
  }

  dismiss(id: number): void {
    this.remove(id, "dismissed");
  }

  /** As if its seconds had passed. */
  expire(id: number): void {
    this.remove(id, "expired");
  }

  hold(): void {
    if (this.held) return;
    this.held = true;
    for (const clock of this.clocks.values()) {
      clearTimeout(clock.timer);
      clock.left -= Date.now() - clock.since;
    }
  }

  release(): void {
    if (!this.held) return;
    this.held = false;
    for (const id of this.clocks.keys()) this.start(id);
  }

  private start(id: number): void {
    const clock = this.clocks.get(id);
    if (!clock) return;
    clock.since = Date.now();
    clock.timer = setTimeout(() => this.expire(id), clock.left);
  }

  private remove(id: number, how: Parting): void {
    const notice = this.shown.find((each) => each.id === id);
    if (!notice) return;
    clearTimeout(this.clocks.get(id)?.timer);
    this.clocks.delete(id);
    this.change(this.shown.filter((each) => each !== notice));
    notice.whenGone?.(how);
  }

  private change(shown: readonly Notice[]): void {
    this.shown = shown;
    for (const changed of this.watchers) changed();
  }
}

type Timer = ReturnType<typeof setTimeout>;
