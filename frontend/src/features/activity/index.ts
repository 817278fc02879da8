/** What happened to the tasks, newest first. */
export const loadActivityView = () => import("./ActivityView");

/** The same of one task, to stand beside it. */
export const loadTaskActivity = () => import("./TaskActivity");
