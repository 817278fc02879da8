/** The states this page offers. The gateway takes any other words too, and those show as they are. */
export const STATUSES = ["Not Started", "In Progress", "Completed"] as const;

export const COMPLETED = STATUSES[2];
export const FIRST_STATUS = STATUSES[0];
/** What a completed contract becomes when it turns out not to be. */
export const REOPENED = STATUSES[1];

export type Tone = "waiting" | "hunting" | "done" | "other";

const TONES: Record<string, Tone> = {
  "not started": "waiting",
  "in progress": "hunting",
  completed: "done",
};

export const toneOf = (status: string): Tone => TONES[status.toLowerCase()] ?? "other";

/** The gateway counts any spelling of the word as a completion. */
export const isCompleted = (status: string): boolean => toneOf(status) === "done";

/** What one click on the state makes of it: on through the offered states, and round again. */
export function nextStatus(status: string): string {
  const at = STATUSES.findIndex((state) => state.toLowerCase() === status.toLowerCase());
  return STATUSES[(at + 1) % STATUSES.length] ?? FIRST_STATUS;
}
