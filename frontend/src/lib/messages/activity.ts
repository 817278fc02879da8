import { defineMessages, formatNumber } from "./define";
import { plainActivity } from "./plain/activity";

/** The journal: what happened to the tasks. */
export const activityMessages = defineMessages({
  "en-x-hunter": {
    types: {
      TaskCreated: "Sworn",
      TaskUpdated: "Rewritten",
      TaskCompleted: "Completed",
      TaskDeleted: "Discarded",
      TaskRestored: "Reclaimed",
    },
    times: (changed: string, recorded: string) => `Done on ${changed}, set down on ${recorded}`,
    /** An entry in words, where it is spoken of. */
    sentence: (type: string, title: string) => `${type} “${title}”.`,
    /** What was done at once; more of it may not be loaded yet. */
    many: (count: number, isCut: boolean) => `${formatNumber(count)} ${isCut ? "or more " : ""}contracts`,
    undone: {
      isUndone: "Taken back since.",
      takesBack: (what: string) => `Takes back: ${what}`,
      doesAgain: (what: string) => `Does again: ${what}`,
      older: "Takes back an older entry.",
    },
    version: {
      restore: "Return to this",
      restoreThis: "Return to these terms",
      heading: "The terms as they stood",
      explanation: (when: string) => `To return to how the contract stood on ${when} would rewrite this:`,
      same: "The contract stands as it stood then.",
      cancel: "Leave it as it is",
    },
    removed: "removed:",
    added: "added:",
    from: "from",
    to: "to",
    none: "none",
    /** From none to high: that of no priority is said as any empty value is. */
    priorities: ["", "Low", "Medium", "High"],
    /** Its title follows, as far as it is known. */
    ofOneTask: (titled: boolean) => `The pages of one contract only${titled ? ":" : "."}`,
    openAll: "Open the whole journal",
    openOfTask: "Open it in the journal",
    loadMore: "Load older entries",
    loading: "Opening the journal…",
    empty: {
      heading: "Not a line is written",
      /** A link to the tasks stands between the first and the last. */
      explanation: ["Whatever you swear, rewrite, complete or discard in", "the hunt", "is set down here within a moment."],
    },
    taskEmpty: {
      heading: "Nothing is written of this contract",
      explanation: "Either it was sworn a moment ago, and the ink is wet, or no contract of yours ever bore this mark.",
    },
    taskUnknown: {
      heading: "There is no such contract",
      explanation: "The address that led here names none. What is written stands elsewhere.",
    },
    failed: "The journal stays shut",
  },
  en: plainActivity,
});
