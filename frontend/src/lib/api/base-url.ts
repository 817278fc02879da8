/** The gateway as the visitor's browser reaches it. Read on the server, at run time. */
export function apiBaseUrl(): string {
  return new URL(process.env.API_BASE_URL || "http://localhost:4000").origin;
}
