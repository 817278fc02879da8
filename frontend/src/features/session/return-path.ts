const HOME = "/hunt";

/** Where login leads back to: a path of this page, and never one that another site wrote into the address. */
export function returnPath(asked: string | null | undefined): string {
  if (!asked?.startsWith("/")) return HOME;
  const { pathname, search } = new URL(`http://here.invalid${asked}`);
  // Dots fold away and a backslash becomes a slash: only what is left shows whether it names another host.
  return pathname.startsWith("//") ? HOME : pathname + search;
}

export function loginPath(from: string): string {
  return from === HOME ? "/login" : `/login?next=${encodeURIComponent(from)}`;
}
