const HOME = "/hunt";

/** Where login leads back to: a path of this page, and never one that another site wrote into the address. */
export function returnPath(asked: string | null | undefined): string {
  if (!asked || !/^\/(?![/\\])/.test(asked)) return HOME;
  const { origin, pathname, search } = new URL(asked, "http://here.invalid");
  return origin === "http://here.invalid" ? pathname + search : HOME;
}

export function loginPath(from: string): string {
  return from === HOME ? "/login" : `/login?next=${encodeURIComponent(from)}`;
}
