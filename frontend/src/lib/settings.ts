import { ACCOUNT_LIMITS } from "@/lib/api/limits";

// The page's server reads its settings at run time: what NEXT_PUBLIC_* names is frozen into the build.

/** The gateway as the visitor's browser reaches it. */
export function apiBaseUrl(): string {
  return new URL(process.env.API_BASE_URL || "http://localhost:4000").origin;
}

/** In characters: user-service's own setting, for which the document gives the default. */
export function passwordMinLength(): number {
  return Number(process.env.PASSWORD_MIN_LENGTH) || ACCOUNT_LIMITS.password.minLength;
}
