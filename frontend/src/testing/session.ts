import type { BrowserMark, TabChannel, TabLock, TabMessage } from "@/features/session";

let issued = 0;

/** A token shaped as the gateway's; its signature is nobody's business here. */
export function accessToken(userId: string, seconds = 900): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { user: { id: userId }, jti: `${++issued}`, iat, exp: iat + seconds };
  return `header.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.signature`;
}

export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
}

export function memoryMark(): BrowserMark {
  let kept: string | undefined;
  return { read: () => kept, set: (value) => void (kept = value), clear: () => void (kept = undefined) };
}

/** Several tabs of one browser: one lock, and channels that hear each other. */
export function tabsOf(): { lock: TabLock; channel: () => TabChannel } {
  let last: Promise<unknown> = Promise.resolve();
  const listeners = new Map<TabChannel, (message: TabMessage) => void>();
  return {
    lock: (work) => {
      const turn = last.then(work);
      last = turn.catch(() => undefined);
      return turn;
    },
    channel: () => {
      const own: TabChannel = {
        tell: (message) => {
          for (const [tab, heard] of listeners) if (tab !== own) heard(message);
        },
        listen: (heard) => {
          listeners.set(own, heard);
          return () => listeners.delete(own);
        },
      };
      return own;
    },
  };
}
