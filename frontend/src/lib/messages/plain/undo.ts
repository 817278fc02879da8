import { formatNumber } from "@/lib/messages/define";

const tasks = (count: number) => `${formatNumber(count)} ${count === 1 ? "task" : "tasks"}`;

export const plainUndo = {
  undo: "Undo",
  redo: "Redo",
  ofEntry: (action: string, what: string) => `${action}: ${what}`,
  did: {
    created: (title: string) => `“${title}” was created.`,
    createdMany: (count: number) => `${tasks(count)} created.`,
    updated: (title: string) => `“${title}” was changed.`,
    restored: (title: string) => `“${title}” was restored from the Trash.`,
    moved: (title: string) => `“${title}” was moved in your order.`,
  },
  told: {
    undone: (what: string) => `Undone: ${what}`,
    redone: (what: string) => `Redone: ${what}`,
    already: (what: string) => `Nothing to undo: ${what}`,
    nothing: "Nothing is left to undo of what you did here. Older changes can be undone in the activity.",
    tooOld: (what: string) => `Too old to be undone: ${what}`,
    unknown: (what: string) => `This change is not known any more: ${what}`,
    unanswered: (what: string) => `No answer came: the activity will show whether it was undone: ${what}`,
    failed: (what: string) => `Not undone: ${what}`,
  },
  conflict: {
    heading: "Changed since",
    explanation: "These fields were changed after what you want to undo. Nothing has been undone yet. This is what they are now, and what they were before:",
    inTrash: "It is in the Trash, where nothing in it can be undone.",
    moved: "It was moved again since, and stays where it is.",
    more: (count: number) => `And ${tasks(count)} more.`,
    keep: "Keep what it is now",
    keepThese: "Keep these, undo the others",
    putBack: "Put back what it was before",
    restore: "Restore it, then undo",
  },
};
