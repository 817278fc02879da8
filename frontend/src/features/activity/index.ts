/** What happened to the tasks, newest first. */
export const loadActivityView = () => import("./ActivityView");

/** The same of one task, to stand beside it. */
export const loadTaskActivity = () => import("./TaskActivity");

/** What each field was and is. */
export const loadFieldChanges = () => import("./FieldChanges");
