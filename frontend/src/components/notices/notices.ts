export type Parting = "expired" | "dismissed" | "acted";

export interface NoticeAction {
  label: string;
  /** Left out where `whenGone` says it all. */
  run?: () => void;
  /** A key that does the same from anywhere on the page, to be shown beside the label. */
  shortcut?: string | undefined;
  /** The notice stays when its action has run: it can run again. */
  repeats?: boolean;
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
  /** Grows over all notices with each time that one is shown or says something else. */
  round: number;
}

/** The short messages at the foot of the page. Their clocks stand still while anybody holds them. */
export class Notices {
  private shown: readonly Notice[] = [];
  private readonly clocks = new Map<number, { left: number; since: number; timer?: Timer }>();
  private readonly watchers = new Set<() => void>();
  private readonly holders = new Set<string>();
  private lastId = 0;
  private lastRound = 0;

  readonly watch = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  };

  readonly current = (): readonly Notice[] => this.shown;

  readonly areHeld = (): boolean => this.holders.size > 0;

  show(notice: NewNotice): number {
    const id = ++this.lastId;
    this.change([...this.shown, { ...notice, id, round: ++this.lastRound }]);
    this.wind(id, notice.seconds);
    return id;
  }

  /** Says something else in the same place, with its seconds anew. */
  update(id: number, notice: NewNotice): void {
    const round = ++this.lastRound;
    this.change(this.shown.map((each) => (each.id === id ? { ...notice, id, round } : each)));
    clearTimeout(this.clocks.get(id)?.timer);
    this.wind(id, notice.seconds);
  }

  /** Runs the notice's action. Takes the notice away first, unless the action repeats: an action happens once. */
  act(id: number): void {
    const action = this.shown.find((notice) => notice.id === id)?.action;
    if (!action?.repeats) this.remove(id, "acted");
    action?.run?.();
  }

  /** The key does something else from now on: it is no longer shown. No clock begins anew. */
  forgetKey(key: string): void {
    if (!this.shown.some(({ action }) => action?.shortcut === key)) return;
    const forget = (action: NoticeAction): NoticeAction => ({ ...action, shortcut: undefined });
    this.change(this.shown.map((each) => (each.action?.shortcut === key ? { ...each, action: forget(each.action) } : each)));
  }

  dismiss(id: number): void {
    this.remove(id, "dismissed");
  }

  /** As if its seconds had passed. */
  expire(id: number): void {
    this.remove(id, "expired");
  }

  /** Stops all clocks until every holder has let go: someone reads, or a dialog stands before the notices. */
  hold(holder: string): void {
    const running = !this.areHeld();
    this.holders.add(holder);
    if (!running) return;
    for (const clock of this.clocks.values()) {
      clearTimeout(clock.timer);
      clock.left -= Date.now() - clock.since;
    }
    this.tell();
  }

  release(holder: string): void {
    if (!this.holders.delete(holder) || this.areHeld()) return;
    for (const id of this.clocks.keys()) this.start(id);
    this.tell();
  }

  private wind(id: number, seconds: number | undefined): void {
    if (seconds === undefined) return;
    this.clocks.set(id, { left: seconds * 1000, since: Date.now() });
    if (!this.areHeld()) this.start(id);
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
    this.tell();
  }

  private tell(): void {
    for (const changed of this.watchers) changed();
  }
}

type Timer = ReturnType<typeof setTimeout>;
