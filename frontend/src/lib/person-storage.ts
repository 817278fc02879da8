/** What is remembered of one person across a reload, a logout or a login. Nobody else is shown any of it. */
export interface PersonStorage {
  read<T>(key: string): T | undefined;
  write(key: string, value: unknown): void;
  drop(key: string): void;
}

/** The keys of words that somebody wrote, and that the gateway does not have. */
export const WORDS = "words.";

const prefixOf = (userId: string) => `task-hunter.${userId}.`;

/** It goes with the tab. Nothing secret belongs here. */
export const personStorage = (userId: string): PersonStorage => storageIn(() => sessionStorage, userId);

/** It stays in the browser after a logout, for all tabs. */
export const browserStorage = (userId: string): PersonStorage => storageIn(() => localStorage, userId);

function storageIn(area: () => Storage, userId: string): PersonStorage {
  const prefix = prefixOf(userId);
  return {
    read: <T>(key: string) => attempt(() => (JSON.parse(area().getItem(prefix + key) ?? "null") as T | null) ?? undefined),
    write: (key, value) => attempt(() => area().setItem(prefix + key, JSON.stringify(value))),
    drop: (key) => attempt(() => area().removeItem(prefix + key)),
  };
}

/** Whether words of this person wait here for their return. */
export function keepsWordsOf(userId: string): boolean {
  return keys(prefixOf(userId) + WORDS).length > 0;
}

export function forget(userId: string): void {
  for (const key of keys(prefixOf(userId))) attempt(() => sessionStorage.removeItem(key));
}

const keys = (prefix: string) =>
  (attempt(() => Object.keys(sessionStorage)) ?? []).filter((key) => key.startsWith(prefix));

/** Storage may be forbidden or full; what is kept here is a convenience. */
function attempt<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
