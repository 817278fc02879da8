import type { Draft, Drafts } from "./drafts";

/** The page that shows drafts. */
const LIST = "/hunt";

/** Opens a draft that was left, from whichever page. */
export function resumeDraft(drafts: Drafts, left: Draft, router: { push: (path: string) => void }): void {
  drafts.resume(left);
  if (window.location.pathname !== LIST) router.push(LIST);
}
