/** What happens to a person's tasks, as it happens: one stream for all tabs of the browser. */
export { LiveProvider, useIsLive, useLive } from "./LiveProvider";
export type { Live, LiveListener } from "./live-activities";
