import type { FieldError, Task, UndoConflict } from "./types";

interface ApiErrorParts {
  status: number;
  message: string;
  fields?: FieldError[];
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
  /** A 412 carries the task as it stands now. */
  current?: Task | undefined;
  /** The 409 of an undo says what was changed since: nothing where the event is too old. */
  conflicts?: UndoConflict[] | undefined;
}

/** The gateway answered, and the answer was no. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly fields: FieldError[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly current: Task | undefined;
  readonly conflicts: UndoConflict[] | undefined;

  constructor(refusal: ApiErrorParts) {
    super(refusal.message);
    this.status = refusal.status;
    this.fields = refusal.fields ?? [];
    this.requestId = refusal.requestId;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
    this.current = refusal.current;
    this.conflicts = refusal.conflicts;
  }
}

/** No answer came: no network, no gateway, or a time-out. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";

  constructor(cause?: unknown) {
    super("The gateway does not answer.", { cause });
  }
}

/** The person is no longer signed in, or somebody else is: nothing more is sent in their name. */
export class SignedOutError extends Error {
  override readonly name = "SignedOutError";

  constructor() {
    super("The session is over.");
  }
}

export const hasStatus = (failure: unknown, status: number): failure is ApiError =>
  failure instanceof ApiError && failure.status === status;

/** Worth asking again: nothing is wrong with the question. */
export const isTransient = (failure: unknown): boolean =>
  failure instanceof NetworkError ||
  (failure instanceof ApiError && (failure.status === 429 || failure.status >= 502));

/** Whether the gateway answered at all, and how long it asks to be left alone. */
export interface Trouble {
  kind: "silent" | "busy" | "unavailable";
  seconds: number | undefined;
}

/** Why an answer does not come that is worth asking for again. */
export function troubleOf(failure: unknown): Trouble {
  if (!(failure instanceof ApiError)) return { kind: "silent", seconds: undefined };
  return { kind: failure.status === 429 ? "busy" : "unavailable", seconds: failure.retryAfterSeconds };
}

/** Milliseconds before the next try: doubles from one second up to fifteen, never less than the server asks. */
export function retryDelay(tries: number, failure: unknown): number {
  const asked = failure instanceof ApiError ? (failure.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.max(asked, Math.min(1000 * 2 ** tries, 15_000));
}
