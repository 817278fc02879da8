import { defineMessages, formatNumber } from "./define";
import { plainUndo } from "./plain/undo";

const contracts = (count: number) => `${formatNumber(count)} ${count === 1 ? "contract" : "contracts"}`;

/** Taking back what was done: at once, from the journal, and against later changes. */
export const undoMessages = defineMessages({
  "en-x-hunter": {
    undo: "Undo",
    redo: "Redo",
    /** A button beside an entry of the journal, for those who listen. */
    ofEntry: (action: string, what: string) => `${action}: ${what}`,
    /** What was done, as an undo tells of it. */
    did: {
      created: (title: string) => `“${title}” was sworn.`,
      createdMany: (count: number) => `${contracts(count)} sworn.`,
      updated: (title: string) => `“${title}” was rewritten.`,
      restored: (title: string) => `“${title}” was restored from the trash.`,
      moved: (title: string) => `“${title}” was put elsewhere in your order.`,
    },
    told: {
      undone: (what: string) => `Taken back: ${what}`,
      redone: (what: string) => `Done again: ${what}`,
      already: (what: string) => `Nothing to take back: ${what}`,
      nothing: "Nothing is left to undo of what you did here. Older entries can be undone in the journal.",
      tooOld: (what: string) => `Too old to be undone, no page reaches back to it: ${what}`,
      unknown: (what: string) => `No such entry is known any more: ${what}`,
      unanswered: (what: string) => `No answer came: whether it was taken back the journal will tell: ${what}`,
      failed: (what: string) => `Not taken back: ${what}`,
    },
    conflict: {
      heading: "Rewritten since",
      explanation: "These terms were rewritten after what you would undo. Nothing has been undone yet. This is what stands now, and what stood before:",
      inTrash: "It lies in the trash, where nothing can be undone in it.",
      moved: "It was put elsewhere once more, and stays there.",
      more: (count: number) => `And ${contracts(count)} more.`,
      keep: "Keep what stands now",
      keepThese: "Keep these, undo the others",
      putBack: "Put back what stood before",
      restore: "Restore it, then undo",
    },
  },
  en: plainUndo,
});
