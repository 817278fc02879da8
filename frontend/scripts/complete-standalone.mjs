// What `next build` leaves undone in the standalone folder.
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

// For those who serve the static files from a CDN, it does not copy them.
const served = ".next/standalone/.next/static";
await cp(".next/static", served, { recursive: true });

// The page runs most of what it loads, at once. With this hint V8 compiles it beside the main thread while it
// arrives, not function by function on the main thread when each is first called (Chromium 136 and newer).
const HINT = "//# allFunctionsCalledOnLoad\n";
for (const file of await readdir(served, { recursive: true })) {
  if (!file.endsWith(".js")) continue;
  const script = join(served, file);
  await writeFile(script, HINT + (await readFile(script, "utf8")));
}
