import { LIMITS, lengthOf } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";

/** The gateway's own rules for an account, said before it has to say them. Undefined: nothing to mend. */

const words = () => getMessages(sessionMessages).errors;

export function usernameError(username: string): string | undefined {
  const length = lengthOf(username.trim());
  if (length === 0) return words().usernameMissing;
  if (length > LIMITS.username) return words().tooLong(LIMITS.username);
  return undefined;
}

export function emailError(email: string): string | undefined {
  const address = email.trim();
  if (address.length === 0) return words().emailMissing;
  if (lengthOf(address) > LIMITS.email) return words().tooLong(LIMITS.email);
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) return words().emailInvalid;
  return undefined;
}

export function passwordError(password: string): string | undefined {
  if (password.length === 0) return words().passwordMissing;
  if (lengthOf(password) < LIMITS.passwordMin) return words().passwordShort(LIMITS.passwordMin);
  return passwordTooLong(password);
}

/** bcrypt reads at most 72 bytes of UTF-8. */
export function passwordTooLong(password: string): string | undefined {
  const bytes = new TextEncoder().encode(password).length;
  return bytes > LIMITS.passwordBytes ? words().passwordLong(LIMITS.passwordBytes) : undefined;
}
