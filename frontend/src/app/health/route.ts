export const dynamic = "force-dynamic";

/** For whoever watches over the process: the page is served. Never stored, or it would be said of a dead one. */
export function GET(): Response {
  return Response.json({ status: "ok", service: "frontend" }, { headers: { "cache-control": "no-store" } });
}
