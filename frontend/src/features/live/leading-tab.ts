type Work = (signal: AbortSignal) => Promise<void>;

/** How long a tab leads without a word, where there are no Web Locks. */
const LEASE_MS = 6_000;
const RENEW_MS = 2_000;

/** Runs `work` in one tab of this browser at a time, until `signal` aborts: the next one begins when this one is gone. */
export async function whileLeading(name: string, work: Work, signal: AbortSignal): Promise<void> {
  // Web Locks exist on https and localhost only: a page reached by a LAN address has none.
  if (!navigator.locks) return await withLeases(name, work, signal);
  try {
    await navigator.locks.request(name, { signal }, () => work(signal));
  } catch (failure) {
    if (!signal.aborted) throw failure;
  }
}

/** By a lease in localStorage. In rare races two tabs lead for a moment: both read the stream, and hear some of it twice. */
async function withLeases(name: string, work: Work, signal: AbortSignal): Promise<void> {
  const owner = `${Date.now()}-${Math.random()}`;
  while (!signal.aborted) {
    if (take(name, owner)) await term(name, owner, work, signal);
    await pause(RENEW_MS, signal);
  }
}

async function term(name: string, owner: string, work: Work, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  signal.addEventListener("abort", end);
  const renewing = setInterval(() => take(name, owner) || end(), RENEW_MS);
  try {
    await work(ended.signal);
  } finally {
    clearInterval(renewing);
    signal.removeEventListener("abort", end);
    if (ownerOf(name) === owner) attempt(() => localStorage.removeItem(name));
  }
}

/** Takes the lease or makes it longer; false while another tab has it. Where nothing can be stored each tab leads. */
function take(name: string, owner: string): boolean {
  const holder = ownerOf(name);
  if (holder !== undefined && holder !== owner) return false;
  attempt(() => localStorage.setItem(name, JSON.stringify({ owner, until: Date.now() + LEASE_MS })));
  return true;
}

function ownerOf(name: string): string | undefined {
  const lease = attempt(() => JSON.parse(localStorage.getItem(name) ?? "null") as { owner: string; until: number } | null);
  return lease && lease.until > Date.now() ? lease.owner : undefined;
}

function attempt<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined; // forbidden, full, or not ours
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
