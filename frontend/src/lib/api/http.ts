import { getMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { ApiError, NetworkError } from "./errors";
import { newTraceparent } from "./traceparent";
import type { ErrorBody } from "./types";

type QueryValue = string | number | boolean;

/** A list of values is one parameter, given once for each. */
export type Query = Record<string, QueryValue | readonly QueryValue[] | undefined>;

export interface ApiRequest {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  query?: Query;
  body?: unknown;
  /** The version the caller has seen; the gateway answers 412 if it is no longer the current one. */
  ifMatch?: number | undefined;
  /** Lets the gateway tell a request that is sent again from a second one. */
  idempotencyKey?: string;
  /** Sends and accepts the refresh cookie. */
  withCookie?: boolean;
  /** Lets the request outlive the page that sent it. */
  keepalive?: boolean;
  /** The position behind which a stream goes on. */
  lastEventId?: string | undefined;
  signal?: AbortSignal | undefined;
}

export type AuthorizedSend = <T>(request: ApiRequest) => Promise<T>;
export type AuthorizedOpen = (request: ApiRequest) => Promise<Response>;

/** The gateway itself gives up on an upstream after 30 s. */
const TIMEOUT_MS = 35_000;

/**
 * One request to the gateway, its JSON response as `T` (undefined for 204).
 * Throws ApiError for an error status, NetworkError when no response came.
 *
 * No cache mode is asked for: the gateway itself forbids that responses are stored, and "no-store" would make the
 * browser send a preflight before each request (Fetch Standard, section 4.8).
 */
export async function send<T>(baseUrl: string, request: ApiRequest, token?: string): Promise<T> {
  const response = await fetchResponse(baseUrl, request, token, AbortSignal.timeout(TIMEOUT_MS));
  if (response.status === 204) return undefined as T;
  const body = await json(response);
  if (!response.ok) throw errorFrom(response, body);
  return body as T;
}

/** As `send`, with a response whose body is read as it comes: only its head has to come in time. */
export async function open(baseUrl: string, request: ApiRequest, token?: string): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException("The head did not come.", "TimeoutError")), TIMEOUT_MS);
  try {
    const response = await fetchResponse(baseUrl, request, token, late.signal);
    if (!response.ok) throw errorFrom(response, await json(response));
    return response;
  } finally {
    clearTimeout(timer);
  }
}

function urlOf(baseUrl: string, { path, query }: ApiRequest): string {
  const url = new URL(path, baseUrl);
  for (const [name, value] of Object.entries(query ?? {})) {
    const values = value === undefined ? [] : [value].flat();
    for (const each of values) url.searchParams.append(name, String(each));
  }
  return url.href;
}

function headers(request: ApiRequest, token: string | undefined): Headers {
  const all = new Headers({ accept: "application/json, text/event-stream" });
  if (token) all.set("authorization", `Bearer ${token}`);
  if (request.body !== undefined) all.set("content-type", "application/json");
  if (request.ifMatch !== undefined) all.set("if-match", `"${request.ifMatch}"`);
  if (request.lastEventId !== undefined) all.set("last-event-id", request.lastEventId);
  if (request.idempotencyKey !== undefined) all.set("idempotency-key", request.idempotencyKey);
  // Only beside a header for which the browser asks the gateway anyway: alone it would cost the refresh at each start of
  // the page a preflight (Fetch Standard, section 2.2.2).
  if (token || request.body !== undefined) all.set("traceparent", newTraceparent());
  return all;
}

/** Half an emoji, cut off by whoever copied it, and NUL are no text for the gateway: their place stays marked. */
function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.replace(/[\p{Cs}\0]/gu, "\uFFFD") : value;
}

/** As AbortSignal.any, which came with Firefox 124 and Safari 17.4: the page works from Firefox 111 and Safari 16.4 on. */
function either(...signals: AbortSignal[]): AbortSignal {
  const both = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) both.abort(signal.reason);
    signal.addEventListener("abort", () => both.abort(signal.reason), { once: true, signal: both.signal });
  }
  return both.signal;
}

async function fetchResponse(baseUrl: string, request: ApiRequest, token: string | undefined, late: AbortSignal): Promise<Response> {
  try {
    return await fetch(urlOf(baseUrl, request), {
      method: request.method ?? "GET",
      headers: headers(request, token),
      credentials: request.withCookie ? "include" : "omit",
      keepalive: request.keepalive ?? false,
      signal: request.signal ? either(request.signal, late) : late,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body, wellFormed) }),
    });
  } catch (cause) {
    // A caller that gave up is not a gateway that is down.
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new NetworkError(cause);
  }
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    if (response.ok) throw new NetworkError(cause);
    return {}; // a proxy in between may answer an error with HTML
  }
}

function errorFrom(response: Response, body: unknown): ApiError {
  const { message, errors, requestId, task, conflicts } = (body ?? {}) as Partial<ErrorBody>;
  const retryAfter = Number(response.headers.get("retry-after") ?? NaN);
  return new ApiError({
    status: response.status,
    message: message ?? getMessages(commonMessages).httpError(response.status),
    fields: errors ?? [],
    requestId: requestId ?? response.headers.get("x-request-id") ?? undefined,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
    current: task,
    conflicts,
  });
}
