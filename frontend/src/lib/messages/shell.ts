import type { Trouble } from "@/lib/api/errors";
import { defineMessages, formatNumber } from "./define";
import { plainShell } from "./plain/shell";

const english = (seconds: number | undefined) =>
  seconds === undefined ? "asking again…" : `asking again in ${formatNumber(seconds)} s…`;

/** What stands around the signed-in pages, and over them. */
export const shellMessages = defineMessages({
  "en-x-hunter": {
    trouble: {
      silent: () => "The gateway does not answer. What you see is what was read last; asking again…",
      busy: (seconds) =>
        `The gateway had too many requests from you. What you see is what was read last; ${english(seconds)}`,
      unavailable: (seconds) =>
        `The gateway answers, but a service behind it does not. What you see is what was read last; ${english(seconds)}`,
    } satisfies Record<Trouble["kind"], (seconds: number | undefined) => string>,
    close: "Close",
    notices: {
      label: "Notices",
      dismiss: "Dismiss this notice",
      hidden: (count: number) => `${count} more wait behind these.`,
    },
    logout: {
      label: "Log out",
      busy: "Logging out…",
    },
    navigation: "Places",
    tasks: "The Hunt",
    tasksTitle: "Your tasks",
    activity: "The Journal",
    activityTitle: "What became of your tasks",
    keys: {
      open: "Keyboard shortcuts",
      openTitle: "Keyboard shortcuts (?)",
      heading: "By hand alone: keyboard shortcuts",
      enable: "Single letters and signs are keys",
      note: "The keys rest while you write in a field. Those for one contract act on the contract in focus.",
      names: {
        quickAdd: "Go to the line for a new contract",
        create: "Write a new contract out in full",
        search: "Search the titles",
        move: "Go from contract to contract",
        edit: "Edit the contract in focus",
        complete: "Complete it, or reopen it",
        nextStatus: "Move it to its next state",
        remove: "Discard it",
        select: "Mark the contract in focus, or no more",
        selectMore: "Mark the contracts one passes",
        order: "Move the contract in focus, where you order them by hand",
        undo: "Undo what you did last, and then what you did before it",
        escape: "Close a dialog, or clear the search",
        help: "This page",
      },
    },
  },
  en: plainShell,
});
