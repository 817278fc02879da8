import type { FieldError, Task } from "./contract";

interface Refusal {
  status: number;
  message: string;
  fields?: FieldError[];
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
  /** A 412 carries the task as it stands now. */
  current?: Task | undefined;
}

/** The gateway answered, and the answer was no. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly fields: FieldError[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly current: Task | undefined;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.status = refusal.status;
    this.fields = refusal.fields ?? [];
    this.requestId = refusal.requestId;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
    this.current = refusal.current;
  }
}

/** No answer came: no network, no gateway, or a time-out. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";

  constructor(cause?: unknown) {
    super("The gateway does not answer.", { cause });
  }
}

export const isRefused = (failure: unknown, status: number): failure is Refused =>
  failure instanceof Refused && failure.status === status;

/** Worth asking again: nothing is wrong with the question. */
export const isTransient = (failure: unknown): boolean =>
  failure instanceof Unreachable ||
  (failure instanceof Refused && (failure.status === 429 || failure.status >= 502));

/** Milliseconds before the next try: doubles from one second up to fifteen, never less than the server asks. */
export function backOff(tries: number, failure: unknown): number {
  const asked = failure instanceof Refused ? (failure.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.max(asked, Math.min(1000 * 2 ** tries, 15_000));
}
