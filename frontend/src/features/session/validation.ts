import { ACCOUNT_LIMITS, lengthOf, PASSWORD_MAX_BYTES } from "@/lib/api/limits";
import { getMessages } from "@/lib/messages";
import { registrationMessages } from "@/lib/messages/registration";
import { sessionMessages } from "@/lib/messages/session";

/** The gateway's own rules for an account, said before it has to say them. Undefined: nothing to mend. */

const words = () => getMessages(sessionMessages).errors;
const registrationWords = () => getMessages(registrationMessages).errors;

export function usernameError(username: string): string | undefined {
  const length = lengthOf(username.trim());
  if (length === 0) return registrationWords().usernameMissing;
  if (length > ACCOUNT_LIMITS.username.maxLength) return words().tooLong(ACCOUNT_LIMITS.username.maxLength);
  return undefined;
}

export function emailError(email: string): string | undefined {
  const address = email.trim();
  if (address.length === 0) return words().emailMissing;
  if (lengthOf(address) > ACCOUNT_LIMITS.email.maxLength) return words().tooLong(ACCOUNT_LIMITS.email.maxLength);
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) return words().emailInvalid;
  return undefined;
}

export function passwordError(password: string, minLength: number): string | undefined {
  if (password.length === 0) return words().passwordMissing;
  if (lengthOf(password) < minLength) return registrationWords().passwordShort(minLength);
  return passwordTooLong(password);
}

/** Said while it is typed: a password cut short by surprise is worse than one refused. */
export function passwordTooLong(password: string): string | undefined {
  const bytes = new TextEncoder().encode(password).length;
  return bytes > PASSWORD_MAX_BYTES ? registrationWords().passwordLong(PASSWORD_MAX_BYTES) : undefined;
}
