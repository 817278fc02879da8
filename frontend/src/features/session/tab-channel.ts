export interface TabMessage {
  kind: "signed-in" | "signed-out";
  userId: string;
}

export interface TabChannel {
  tell(message: TabMessage): void;
  /** Hears the other tabs, never this one. Returns how to stop. */
  listen(heard: (message: TabMessage) => void): () => void;
}

const NAME = "task-hunter.session";

/** Opened by the first listener: the server renders the page too, and must not hold a channel open. */
export function tabChannel(): TabChannel {
  let channel: BroadcastChannel | undefined;
  return {
    tell: (message) => channel?.postMessage(message),
    listen: (heard) => {
      const opened = new BroadcastChannel(NAME);
      channel = opened;
      opened.onmessage = (event: MessageEvent<TabMessage>) => heard(event.data);
      return () => opened.close();
    },
  };
}
