/** What happened to the tasks, newest first. */
export const loadActivityView = () => import("./ActivityView");
