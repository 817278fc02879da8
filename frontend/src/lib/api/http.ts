import type { FieldError, Task } from "./types";
import { ApiError, NetworkError } from "./errors";

export interface ApiRequest {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  /** The version the caller has seen; the gateway answers 412 if it is no longer the current one. */
  ifMatch?: number | undefined;
  /** Sends and accepts the refresh cookie. */
  withCookie?: boolean;
  /** Lets the request outlive the page that sent it. */
  keepalive?: boolean;
  signal?: AbortSignal | undefined;
}

export type AuthorizedSend = <T>(call: ApiRequest) => Promise<T>;

/** The gateway itself gives up on an upstream after 30 s. */
const TIMEOUT_MS = 35_000;

/**
 * One request to the gateway, its JSON answer as `T` (undefined for 204).
 * Throws ApiError for an error status, NetworkError when no answer came.
 */
export async function send<T>(baseUrl: string, call: ApiRequest, token?: string): Promise<T> {
  const answer = await reach(address(baseUrl, call), {
    method: call.method ?? "GET",
    headers: headers(call, token),
    credentials: call.withCookie ? "include" : "omit",
    cache: "no-store",
    keepalive: call.keepalive ?? false,
    signal: deadline(call.signal),
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  if (answer.status === 204) return undefined as T;
  const body = await json(answer);
  if (!answer.ok) throw refusal(answer, body);
  return body as T;
}

function address(baseUrl: string, { path, query }: ApiRequest): string {
  const url = new URL(path, baseUrl);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}

function headers(call: ApiRequest, token: string | undefined): Headers {
  const all = new Headers({ accept: "application/json" });
  if (token) all.set("authorization", `Bearer ${token}`);
  if (call.body !== undefined) all.set("content-type", "application/json");
  if (call.ifMatch !== undefined) all.set("if-match", `"${call.ifMatch}"`);
  return all;
}

function deadline(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    // A caller that gave up is not a gateway that is down.
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new NetworkError(cause);
  }
}

async function json(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    if (answer.ok) throw new NetworkError(cause);
    return {}; // a proxy in between may answer an error with HTML
  }
}

interface ErrorBody {
  message?: string;
  errors?: FieldError[];
  requestId?: string;
  task?: Task;
}

function refusal(answer: Response, body: unknown): ApiError {
  const { message, errors, requestId, task } = (body ?? {}) as ErrorBody;
  const retryAfter = Number(answer.headers.get("retry-after") ?? NaN);
  return new ApiError({
    status: answer.status,
    message: message ?? `The gateway answered ${answer.status}.`,
    fields: errors ?? [],
    requestId: requestId ?? answer.headers.get("x-request-id") ?? undefined,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
    current: task,
  });
}
