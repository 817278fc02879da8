/** Most tasks that are created of one paste. */
export const MOST_LINES = 100;

/** What lists are written with: "- ", "* ", "• ", "1. ", "2) ", "[ ] ". */
const BULLET = /^(?:[-*•–]\s+|\d{1,3}[.)]\s+)?(?:\[[ xX]?\]\s+)?/;

/** The lines that say something, without their bullets. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimStart().replace(BULLET, "").trim())
    .filter(Boolean);
}
