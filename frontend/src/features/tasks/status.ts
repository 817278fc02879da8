/** The statuses this page offers. The gateway takes any other words too, and those show as they are. */
export const STATUSES = ["Not Started", "In Progress", "Completed"] as const;

export const COMPLETED = STATUSES[2];
export const FIRST_STATUS = STATUSES[0];

/** How a status looks. */
export type Tone = "not-started" | "in-progress" | "completed" | "other";

/** Statuses are the same whatever their case, and however their letters are composed. */
export const foldStatus = (status: string): string => status.normalize("NFKC").toLowerCase();

/** A Map: an object would also know "constructor", which anyone may call a status. */
const TONES = new Map<string, Tone>([
  ["not started", "not-started"],
  ["in progress", "in-progress"],
  ["completed", "completed"],
]);

export const toneOf = (status: string): Tone => TONES.get(foldStatus(status)) ?? "other";

/** The gateway counts any spelling of the word as a completion. */
export const isCompleted = (status: string): boolean => toneOf(status) === "completed";

/** What one click on the status makes of it: on through the offered ones, and round again. Own words stay. */
export function nextStatus(status: string): string | undefined {
  const at = STATUSES.findIndex((offered) => foldStatus(offered) === foldStatus(status));
  return at < 0 ? undefined : STATUSES[(at + 1) % STATUSES.length];
}
