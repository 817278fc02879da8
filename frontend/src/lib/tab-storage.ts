/**
 * What this tab remembers across a reload or a login, for one person only: it goes when they log out, and
 * when somebody else logs in. Nothing secret belongs here.
 */
export interface TabStorage {
  /** Forgets whatever was kept for anybody else. */
  belongTo(userId: string): void;
  read<T>(key: string): T | undefined;
  /** Keeps nothing while it belongs to nobody. */
  write(key: string, value: unknown): void;
  drop(key: string): void;
  clear(): void;
}

const PREFIX = "task-hunter.";
const OWNER = `${PREFIX}owner`;

export const tabStorage: TabStorage = {
  belongTo: (userId) =>
    attempt(() => {
      if (sessionStorage.getItem(OWNER) === userId) return;
      tabStorage.clear();
      sessionStorage.setItem(OWNER, userId);
    }),
  read: <T>(key: string) =>
    attempt(() => (JSON.parse(sessionStorage.getItem(PREFIX + key) ?? "null") as T | null) ?? undefined),
  write: (key, value) =>
    attempt(() => {
      if (sessionStorage.getItem(OWNER)) sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
    }),
  drop: (key) => attempt(() => sessionStorage.removeItem(PREFIX + key)),
  clear: () =>
    attempt(() => {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    }),
};

/** Storage may be forbidden or full; what is kept here is a convenience. */
function attempt<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
