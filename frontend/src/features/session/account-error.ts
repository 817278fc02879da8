import { ApiError, hasStatus, NetworkError } from "@/lib/api/errors";
import { getMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";

/** What to tell someone whose login or registration did not succeed. */
export function accountErrorMessage(failure: unknown): string {
  const { errors } = getMessages(sessionMessages);
  if (failure instanceof NetworkError) return errors.unreachable;
  if (failure instanceof ApiError && failure.status >= 502) {
    return `${errors.unavailable} ${waitMessage(failure.retryAfterSeconds)}`;
  }
  if (hasStatus(failure, 429)) return `${errors.tooMany} ${waitMessage(failure.retryAfterSeconds)}`;
  if (hasStatus(failure, 401)) return errors.credentials;
  if (hasStatus(failure, 409)) return errors.emailTaken;
  if (failure instanceof ApiError) return failure.message;
  return errors.unknown;
}

function waitMessage(seconds: number | undefined): string {
  const { errors } = getMessages(sessionMessages);
  if (seconds === undefined) return errors.waitSome;
  if (seconds < 90) return errors.waitSeconds(seconds);
  return errors.waitMinutes(Math.ceil(seconds / 60));
}
