import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";
import { settingsError } from "@/lib/settings";

/** Of every response. A page has a policy of its own in place of this one, which lets nothing run. */
const HEADERS = {
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cross-origin-opener-policy": "same-origin",
};

/** With settings that let no page work the server ends. Next.js would log what register throws, and go on. */
export function checkSettings(): void {
  const error = settingsError();
  if (error === undefined) return;
  process.stderr.write(`${error}\n`);
  process.exit(1);
}

/** Where Node begins each response: Next.js answers redirects, and what it takes for no address, before its `headers()`. */
export function sendHeaders(): void {
  subscribe("http.server.request.start", (message) => {
    const { response } = message as { response: ServerResponse };
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  });
}
