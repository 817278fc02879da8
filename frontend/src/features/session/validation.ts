import { LIMITS, lengthOf } from "@/lib/api/types";

/** The gateway's own rules for an account, said before it has to say them. Undefined: nothing to mend. */

export function usernameError(username: string): string | undefined {
  const length = lengthOf(username.trim());
  if (length === 0) return "A hunter needs a name.";
  if (length > LIMITS.username) return `At most ${LIMITS.username} characters.`;
  return undefined;
}

export function emailError(email: string): string | undefined {
  const address = email.trim();
  if (address.length === 0) return "An e-mail address is needed.";
  if (lengthOf(address) > LIMITS.email) return `At most ${LIMITS.email} characters.`;
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) return "This does not look like an e-mail address.";
  return undefined;
}

export function passwordError(password: string): string | undefined {
  if (password.length === 0) return "A password is needed.";
  if (lengthOf(password) < LIMITS.passwordMin) return `At least ${LIMITS.passwordMin} characters.`;
  if (bytes(password) > LIMITS.passwordBytes) {
    return `Too long: at most ${LIMITS.passwordBytes} bytes, and letters beyond a–z take two or more.`;
  }
  return undefined;
}

const bytes = (text: string) => new TextEncoder().encode(text).length;
