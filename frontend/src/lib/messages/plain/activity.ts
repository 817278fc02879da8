import { formatNumber } from "@/lib/messages/define";

export const plainActivity = {
  types: {
    TaskCreated: "Created",
    TaskUpdated: "Changed",
    TaskCompleted: "Completed",
    TaskDeleted: "Deleted",
    TaskRestored: "Restored",
  },
  times: (changed: string, recorded: string) => `Changed on ${changed}, recorded on ${recorded}`,
  sentence: (type: string, title: string) => `${type} “${title}”.`,
  many: (count: number, isCut: boolean) => `${formatNumber(count)} ${isCut ? "or more " : ""}tasks`,
  undone: {
    isUndone: "Undone since.",
    takesBack: (what: string) => `Undoes: ${what}`,
    doesAgain: (what: string) => `Redoes: ${what}`,
    older: "Undoes an older change.",
  },
  version: {
    restore: "Restore",
    restoreThis: "Restore this version",
    heading: "An earlier version",
    explanation: (when: string) => `Restoring the version of ${when} would change this:`,
    same: "The task is as it was then.",
    cancel: "Cancel",
  },
  removed: "removed:",
  added: "added:",
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
