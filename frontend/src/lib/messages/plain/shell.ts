import type { Trouble } from "@/lib/api/errors";
import { formatNumber } from "@/lib/messages/define";

const again = (seconds: number | undefined) =>
  seconds === undefined ? "trying again…" : `trying again in ${formatNumber(seconds)} s…`;

export const plainShell = {
  trouble: {
    silent: () => "The server does not answer. What you see was loaded earlier; trying again…",
    busy: (seconds) => `Too many requests from you. What you see was loaded earlier; ${again(seconds)}`,
    unavailable: (seconds) =>
      `The server answers, but a service behind it does not. What you see was loaded earlier; ${again(seconds)}`,
  } satisfies Record<Trouble["kind"], (seconds: number | undefined) => string>,
  close: "Close",
  notices: {
    label: "Notices",
    dismiss: "Dismiss this notice",
    hidden: (count: number) => `${count} more behind these.`,
  },
  logout: {
    label: "Log out",
    busy: "Logging out…",
  },
  navigation: "Pages",
  tasks: "Tasks",
  tasksTitle: "Your tasks",
  activity: "Activity",
  activityTitle: "What became of your tasks",
  keys: {
    open: "Keyboard shortcuts",
    openTitle: "Keyboard shortcuts (?)",
    heading: "Keyboard shortcuts",
    enable: "Use single letters and signs as shortcuts",
    note: "Shortcuts do nothing while you type in a field. Those for one task act on the task in focus.",
    names: {
      quickAdd: "Go to the line for a new task",
      create: "Write a new task in full",
      search: "Search the titles",
      move: "Go from task to task",
      edit: "Edit the task in focus",
      complete: "Complete it, or reopen it",
      nextStatus: "Move it to its next status",
      remove: "Delete it",
      select: "Select the task in focus, or no more",
      selectMore: "Select the tasks one passes",
      order: "Move the task in focus, where you order them by hand",
      undo: "Undo what you did last, then what you did before that",
      escape: "Close a dialog, or clear the search",
      help: "This list",
    },
  },
};
