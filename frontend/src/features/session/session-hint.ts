/**
 * Whether this browser had a session, nothing more: the cookie that holds it is out of reach for scripts.
 * Spares visitors of the open pages a request that could only be refused.
 */
export interface SessionHint {
  isSet(): boolean;
  set(): void;
  clear(): void;
}

const KEY = "task-hunter.had-session";

export const sessionHint: SessionHint = {
  isSet: () => attempt(() => localStorage.getItem(KEY) !== null) ?? true,
  set: () => void attempt(() => localStorage.setItem(KEY, "1")),
  clear: () => void attempt(() => localStorage.removeItem(KEY)),
};

/** A browser may forbid storage altogether; the page works without it. */
function attempt<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
