import { createParser, type EventSourceMessage } from "eventsource-parser";
import { hasStatus, retryDelay, SignedOutError } from "@/lib/api/errors";

interface Following {
  open(signal: AbortSignal): Promise<Response>;
  opened(): void;
  event(event: EventSourceMessage): void;
  /** The gateway does not know the position that it was asked to go on from. */
  refused(): void;
  closed(): void;
  signal: AbortSignal;
}

/** The gateway says something at least every 15 seconds. */
const SILENCE_MS = 45_000;
/** Before the next stream, unless the gateway says how long. */
const PAUSE_MS = 3_000;

/** Keeps a stream open until `signal` aborts or the session ends: after one that ends comes the next. */
export async function follow(following: Following): Promise<void> {
  const { signal } = following;
  let tries = 0;
  let pause = PAUSE_MS;
  while (!signal.aborted) {
    let wait: number;
    try {
      const response = await following.open(signal);
      tries = 0;
      following.opened();
      pause = await read(response, following, pause);
      wait = pause;
      following.closed();
    } catch (failure) {
      if (failure instanceof SignedOutError) return;
      if (hasStatus(failure, 400)) following.refused();
      wait = retryDelay(tries++, failure);
    }
    await rest(wait, signal);
  }
}

/** One stream to its end; how long the gateway asks to wait before the next one, in milliseconds. */
async function read({ body }: Response, { event, signal }: Following, pause: number): Promise<number> {
  if (!body) return pause;
  let asked = pause;
  const parser = createParser({ onEvent: event, onRetry: (ms) => (asked = ms) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  let silence: ReturnType<typeof setTimeout> | undefined;
  try {
    for (;;) {
      clearTimeout(silence);
      silence = setTimeout(stop, SILENCE_MS);
      const { done, value } = await reader.read();
      if (done) return asked;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } catch {
    return asked; // cut off
  } finally {
    clearTimeout(silence);
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/** Until then, or until the browser is online again. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
