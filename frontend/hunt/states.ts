/** The states this page offers. The gateway takes any other words too, and those show as they are. */
export const STATES = ["Not Started", "In Progress", "Completed"] as const;

export const COMPLETED = STATES[2];
export const FIRST_STATE = STATES[0];
/** What a completed contract becomes when it turns out not to be. */
export const REOPENED = STATES[1];

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
export function nextState(status: string): string {
  const at = STATES.findIndex((state) => state.toLowerCase() === status.toLowerCase());
  return STATES[(at + 1) % STATES.length] ?? FIRST_STATE;
}
