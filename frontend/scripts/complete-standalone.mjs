// `next build` leaves these out of the standalone folder, for those who serve them from a CDN.
import { cp } from "node:fs/promises";

await cp(".next/static", ".next/standalone/.next/static", { recursive: true });
