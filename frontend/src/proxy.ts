import { type NextRequest, NextResponse } from "next/server";
import { apiBaseUrl } from "@/lib/settings";

/** Every page leaves with a policy of its own; Next puts the nonce it reads there on each of its scripts. */
export function proxy(request: NextRequest): NextResponse {
  const policy = contentSecurityPolicy(crypto.randomUUID(), apiBaseUrl(request.headers));
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

function contentSecurityPolicy(nonce: string, api: string): string {
  // React's development build rebuilds call stacks with eval; the built page never does.
  const development = process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : "";
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${api}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

export const config = {
  // Files of the build carry no scripts of their own and are the same for everyone: server-start.ts has their headers.
  matcher: ["/((?!_next/static/).*)"],
};
