import { isRefused, Refused, Unreachable } from "@/api/failure";

/** What to tell someone whose login or registration did not succeed. */
export function refusalWords(failure: unknown): string {
  if (failure instanceof Unreachable || isRefused(failure, 502) || isRefused(failure, 503) || isRefused(failure, 504)) {
    return "The gateway does not answer. Nothing was sent twice; try again in a moment.";
  }
  if (isRefused(failure, 429)) return `Too many attempts. ${waitWords(failure.retryAfterSeconds)}`;
  if (isRefused(failure, 401)) return "No hunter answers to that e-mail and password.";
  if (isRefused(failure, 409)) return "This e-mail already belongs to a hunter.";
  if (failure instanceof Refused) return failure.message;
  return "Something went wrong on this page. Try again.";
}

function waitWords(seconds: number | undefined): string {
  if (seconds === undefined) return "Rest a while, then try again.";
  if (seconds < 90) return `Try again in ${seconds} seconds.`;
  return `Try again in ${Math.ceil(seconds / 60)} minutes.`;
}
