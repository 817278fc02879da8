export const dynamic = "force-static";

/** For whoever watches over the process: the page is served. */
export function GET(): Response {
  return Response.json({ status: "ok", service: "frontend" });
}
