import { hasStatus, ApiError, NetworkError } from "@/lib/api/errors";

/** What to tell someone whose login or registration did not succeed. */
export function accountErrorMessage(failure: unknown): string {
  if (failure instanceof NetworkError || hasStatus(failure, 502) || hasStatus(failure, 503) || hasStatus(failure, 504)) {
    return "The gateway does not answer. Nothing was sent twice; try again in a moment.";
  }
  if (hasStatus(failure, 429)) return `Too many attempts. ${waitWords(failure.retryAfterSeconds)}`;
  if (hasStatus(failure, 401)) return "No hunter answers to that e-mail and password.";
  if (hasStatus(failure, 409)) return "This e-mail already belongs to a hunter.";
  if (failure instanceof ApiError) return failure.message;
  return "Something went wrong on this page. Try again.";
}

function waitWords(seconds: number | undefined): string {
  if (seconds === undefined) return "Rest a while, then try again.";
  if (seconds < 90) return `Try again in ${seconds} seconds.`;
  return `Try again in ${Math.ceil(seconds / 60)} minutes.`;
}
