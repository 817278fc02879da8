import { ACCOUNT_LIMITS } from "@/lib/api/limits";

// The page's server reads its settings at run time: what NEXT_PUBLIC_* names is frozen into the build.

const HOST_NAME = /^[a-z0-9.-]+$/;

/**
 * The gateway as the visitor's browser reaches it: by the setting, else at its port of the host by which the
 * browser reached the page. The refresh cookie is SameSite: "localhost" and "127.0.0.1" are two sites.
 */
export function apiBaseUrl(request: Headers): string {
  if (process.env.API_BASE_URL) return new URL(process.env.API_BASE_URL).origin;
  const scheme = request.get("x-forwarded-proto")?.startsWith("https") ? "https" : "http";
  const { hostname } = urlOf(`${scheme}://${request.get("host")}`);
  return new URL(`${scheme}://${hostname}:${process.env.GATEWAY_PORT || 4000}`).origin;
}

/** The client chooses the Host header, and it goes into the security policy: a name or an IPv4 address alone counts. */
function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && HOST_NAME.test(url.hostname) ? url : new URL("http://localhost");
}

/** In characters: user-service's own setting, for which the document gives the default. */
export function passwordMinLength(): number {
  return Number(process.env.PASSWORD_MIN_LENGTH) || ACCOUNT_LIMITS.password.minLength;
}
