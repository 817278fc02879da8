import { ACCOUNT_LIMITS, PASSWORD_MAX_BYTES } from "@/lib/api/limits";

// The page's server reads its settings at run time: what NEXT_PUBLIC_* names is frozen into the build.

const HOST_NAME = /^[a-z0-9.-]+$/;

/**
 * The gateway as the visitor's browser reaches it: by the setting, else at its port of the host by which the
 * browser reached the page. The refresh cookie is SameSite: "localhost" and "127.0.0.1" are two sites.
 */
export function apiBaseUrl(request: Headers): string {
  if (process.env.API_BASE_URL) return new URL(process.env.API_BASE_URL).origin;
  const { protocol, hostname } = pageOrigin(request);
  return new URL(`${protocol}//${hostname}:${process.env.GATEWAY_PORT || 4000}`).origin;
}

/** The page itself as the visitor's browser reached it. */
export function pageOrigin(request: Headers): URL {
  const scheme = request.get("x-forwarded-proto")?.startsWith("https") ? "https" : "http";
  return urlOf(`${scheme}://${request.get("host")}`);
}

/** The client chooses the Host header, and it goes into the security policy: a name or an IPv4 address alone counts. */
function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && HOST_NAME.test(url.hostname) ? url : new URL("http://localhost");
}

/** What is wrong with the settings, if anything, by the variable's name: with such a setting no page would work. */
export function settingsError(): string | undefined {
  const { API_BASE_URL, GATEWAY_PORT, PASSWORD_MIN_LENGTH } = process.env;
  if (API_BASE_URL && !isOrigin(API_BASE_URL)) {
    return "API_BASE_URL must be the gateway's address with a scheme and a name or an IPv4 address, and no path, like https://api.example.com";
  }
  if (GATEWAY_PORT && !isWholeNumber(GATEWAY_PORT, 65_535)) return "GATEWAY_PORT must be a port";
  if (PASSWORD_MIN_LENGTH && !isWholeNumber(PASSWORD_MIN_LENGTH, PASSWORD_MAX_BYTES)) {
    return `PASSWORD_MIN_LENGTH must be a number of characters, at most ${PASSWORD_MAX_BYTES}`;
  }
  return undefined;
}

/** A path would be lost: cookies and preflights belong to an origin. A security policy cannot name an IPv6 address. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, origin, href } = new URL(text);
  return ["http:", "https:"].includes(protocol) && HOST_NAME.test(hostname) && href === `${origin}/`;
}

const isWholeNumber = (text: string, most: number) => /^\d+$/.test(text) && Number(text) > 0 && Number(text) <= most;

/** In characters: user-service's own setting, for which the document gives the default. */
export function passwordMinLength(): number {
  return Number(process.env.PASSWORD_MIN_LENGTH) || ACCOUNT_LIMITS.password.minLength;
}
