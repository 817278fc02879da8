export interface AccessToken {
  raw: string;
  userId: string;
  /** By the gateway's clock, in milliseconds since 1970. */
  issuedAt: number;
  /** By this machine's clock, counted from the token's arrival, so that a wrong clock does no harm. */
  renewAt: number;
}

interface Claims {
  user: { id: string };
  iat: number;
  exp: number;
}

/** Renewed this long before its end, so that a request on its way does not meet an expired token. */
const MARGIN_MS = 30_000;

/** Reads the claims without verifying them: only the gateway can, and it does. */
export function readAccessToken(raw: string, now = Date.now()): AccessToken {
  const payload = raw.split(".")[1] ?? "";
  const claims = JSON.parse(decodeBase64Url(payload)) as Claims;
  const life = (claims.exp - claims.iat) * 1000;
  return { raw, userId: claims.user.id, issuedAt: claims.iat * 1000, renewAt: now + life - Math.min(MARGIN_MS, life / 2) };
}

export function isFresh(token: AccessToken, now = Date.now()): boolean {
  return now < token.renewAt;
}

function decodeBase64Url(text: string): string {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}
