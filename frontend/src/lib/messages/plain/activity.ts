export const plainActivity = {
  types: {
    TaskCreated: "Created",
    TaskUpdated: "Changed",
    TaskCompleted: "Completed",
    TaskDeleted: "Deleted",
    TaskRestored: "Restored",
  },
  times: (changed: string, recorded: string) => `Changed on ${changed}, recorded on ${recorded}`,
  from: "from",
  to: "to",
  none: "none",
  priorities: ["", "Low", "Medium", "High"],
  ofOneTask: (titled: boolean) => `The activity of one task only${titled ? ":" : "."}`,
  openAll: "Show all activity",
  openOfTask: "Show all of its activity",
  loadMore: "Load older activity",
  loading: "Loading activity…",
  empty: {
    heading: "No activity yet",
    explanation: ["Whatever you create, change, complete or delete in", "your tasks", "is listed here within a moment."],
  },
  taskEmpty: {
    heading: "No activity for this task",
    explanation: "Either it was created a moment ago and its activity is not here yet, or you have no such task.",
  },
  taskUnknown: {
    heading: "There is no such task",
    explanation: "The address that led here names no task. All other activity is still there.",
  },
  failed: "The activity could not be loaded",
};
