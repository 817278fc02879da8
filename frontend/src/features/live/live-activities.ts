import type { ActivityApi } from "@/lib/api/activity";
import type { Activity } from "@/lib/api/types";
import { whileLeading } from "./leading-tab";

export interface LiveListener {
  /** Once for each activity, in the order in which they were recorded. */
  told(activity: Activity): void;
  /** Some may have been missed: what is shown is to be read anew. */
  missed(): void;
}

export interface Live {
  /** Returns how to stop. */
  subscribe(listener: LiveListener): () => void;
  readonly watch: (changed: () => void) => () => void;
  readonly isLive: () => boolean;
}

/** What the leading tab tells the others; `position` is that behind which another one would go on. */
type Message =
  | { kind: "told"; activity: Activity; position: string }
  | { kind: "missed"; position: string | undefined }
  | { kind: "live"; live: boolean }
  | { kind: "is it live?" };

/** One tab of the browser reads the stream and tells the others: a browser opens only six connections to one host. */
export class LiveActivities implements Live {
  private readonly listeners = new Set<LiveListener>();
  private readonly watchers = new Set<() => void>();
  private channel: BroadcastChannel | undefined;
  private live = false;
  private leads = false;
  private position: string | undefined;

  constructor(
    private readonly userId: string,
    private readonly open: ActivityApi["stream"],
  ) {}

  readonly subscribe = (listener: LiveListener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly watch = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  };

  readonly isLive = (): boolean => this.live;

  /** Returns how to stop. */
  start(): () => void {
    const name = `task-hunter.live.${this.userId}`;
    const stopping = new AbortController();
    const channel = new BroadcastChannel(name);
    this.channel = channel;
    channel.onmessage = ({ data }: MessageEvent<Message>) => this.hear(data);
    this.tellTabs({ kind: "is it live?" });
    void whileLeading(name, (signal) => this.lead(signal), stopping.signal);
    return () => {
      stopping.abort();
      channel.close();
    };
  }

  private async lead(signal: AbortSignal): Promise<void> {
    const { follow } = await import("./follow");
    this.leads = true;
    try {
      await follow({
        open: (signal) => this.open(this.position, signal),
        opened: () => {
          // What happened before it is told to nobody.
          if (this.position === undefined) this.tell({ kind: "missed", position: undefined });
          this.tell({ kind: "live", live: true });
        },
        event: ({ event, id, data }) => {
          if (event === "activity" && id) this.tell({ kind: "told", activity: JSON.parse(data) as Activity, position: id });
          if (event === "reset") this.tell({ kind: "missed", position: id });
        },
        refused: () => (this.position = undefined),
        closed: () => this.tell({ kind: "live", live: false }),
        signal,
      });
    } finally {
      this.leads = false;
    }
  }

  private tell(message: Message): void {
    this.hear(message);
    this.tellTabs(message);
  }

  private tellTabs(message: Message): void {
    this.channel?.postMessage(message);
  }

  private hear(message: Message): void {
    switch (message.kind) {
      case "told":
        this.position = message.position;
        for (const listener of this.listeners) listener.told(message.activity);
        break;
      case "missed":
        this.position = message.position;
        for (const listener of this.listeners) listener.missed();
        break;
      case "live":
        if (this.live === message.live) break;
        this.live = message.live;
        for (const changed of this.watchers) changed();
        break;
      case "is it live?":
        if (this.leads) this.tellTabs({ kind: "live", live: this.live });
    }
  }
}
