/** The list of tasks and all that is done to them. */
export { TaskListLoading } from "./TaskListLoading";
export { TaskMutationsProvider, useTaskMutations } from "./TaskMutationsProvider";
export { useTasksAddress } from "./use-tasks-address";

export type { Act } from "./act";
export { sameValue } from "./fields";

/** The list itself, with everything a first load can do without. */
export const loadTasksView = () => import("./TasksView");
