/** One thing that this browser remembers of its session, for all tabs. Nothing secret belongs here. */
export interface BrowserMark {
  read(): string | undefined;
  set(value: string): void;
  clear(): void;
}

/**
 * Whether this browser had a session: the cookie that holds it is out of reach for scripts. Spares visitors of the
 * open pages a request that could only be refused.
 */
export const sessionHint = browserMark("task-hunter.had-session", "1");

/** The id of somebody who logged out, and of whose logout the gateway has not heard yet. */
export const unheardLogout = browserMark("task-hunter.unheard-logout");

/** `unknown` is what it reads where the browser forbids storage altogether; the page works without it. */
function browserMark(key: string, unknown?: string): BrowserMark {
  let here = unknown;
  return {
    read: () => attempt(() => localStorage.getItem(key) ?? undefined, here),
    set: (value) => {
      here = value;
      attempt(() => localStorage.setItem(key, value), undefined);
    },
    clear: () => {
      here = undefined;
      attempt(() => localStorage.removeItem(key), undefined);
    },
  };
}

function attempt<T>(access: () => T, otherwise: T): T {
  try {
    return access();
  } catch {
    return otherwise;
  }
}
