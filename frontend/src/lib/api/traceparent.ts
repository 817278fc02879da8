/**
 * The value of a `traceparent` header: a new trace, of which the caller asks that it be recorded (W3C Trace Context,
 * section 3.2). Whether anybody records is for the gateway to decide.
 */
export function newTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

/** An id of zeros alone is none; with this many bytes it is never drawn. */
function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
