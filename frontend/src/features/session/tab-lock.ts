export type TabLock = <T>(work: () => Promise<T>) => Promise<T>;

const NAME = "task-hunter.session";
const LEASE_MS = 5_000;
const POLL_MS = 50;

/** Runs `work` in one tab at a time, in the order asked where the browser has Web Locks. */
export const tabLock: TabLock = (work) =>
  // Web Locks exist on https and localhost only: a page reached by a LAN address has none.
  typeof navigator !== "undefined" && navigator.locks ? withWebLock(work) : withLease(work);

/**
 * A tab that hangs may hold the lock for ever: after some seconds it is taken from that tab. Two that work at once
 * cost no session: the gateway gives both the same successor within its grace time.
 */
async function withWebLock<T>(work: () => Promise<T>): Promise<T> {
  let working: Promise<T> | undefined;
  const hold = async (options: LockOptions) => {
    try {
      await navigator.locks.request(NAME, options, () => (working ??= work()));
    } catch (failure) {
      if (!working) throw failure; // else the work itself failed, or the lock was taken: its own outcome counts
    }
  };
  await hold({ signal: AbortSignal.timeout(LEASE_MS) })
    .catch(() => hold({ steal: true }))
    .catch(() => undefined); // no lock to be had: better none than no session
  return await (working ?? work());
}

/**
 * The fallback: a lease in localStorage. Two tabs can slip through together in rare races; the gateway
 * gives both the same successor within its grace time, so that costs a request and no session.
 */
export async function withLease<T>(work: () => Promise<T>, store = localStorage): Promise<T> {
  const owner = `${Date.now()}-${Math.random()}`;
  const giveUpAt = Date.now() + 2 * LEASE_MS;
  while (!(await take(store, owner)) && Date.now() < giveUpAt) await pause(POLL_MS);
  try {
    return await work();
  } finally {
    if (read(store)?.owner === owner) store.removeItem(NAME);
  }
}

async function take(store: Storage, owner: string): Promise<boolean> {
  const held = read(store);
  if (held && held.until > Date.now()) return false;
  store.setItem(NAME, JSON.stringify({ owner, until: Date.now() + LEASE_MS }));
  await pause(POLL_MS / 2); // another tab may have written at the same moment: the last one has it
  return read(store)?.owner === owner;
}

function read(store: Storage): { owner: string; until: number } | undefined {
  try {
    return JSON.parse(store.getItem(NAME) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
