/** Called once by Next.js as the server starts, in each of its runtimes. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { checkSettings, sendHeaders } = await import("./server-start");
  checkSettings();
  sendHeaders();
}
