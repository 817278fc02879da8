import { defineMessages, formatNumber } from "./define";
import { plainBulk } from "./plain/bulk";

const contracts = (count: number) => `${formatNumber(count)} ${count === 1 ? "contract" : "contracts"}`;

/** Many tasks at once: selecting them, and what is done to them. */
export const bulkMessages = defineMessages({
  "en-x-hunter": {
    select: (title: string) => `Select “${title}”`,
    bar: "The marked contracts",
    count: (count: number) => `${contracts(count)} marked`,
    all: (count: number) => `Select all ${formatNumber(count)} shown`,
    clear: "Select none",
    complete: "Complete",
    list: "List…",
    labels: "Labels…",
    priority: "Priority…",
    due: "Due…",
    delete: "Discard",
    restore: "Restore",
    heading: (count: number) => `For ${contracts(count)}`,
    label: "Label",
    addLabel: "Add the label",
    removeLabel: "Remove the label",
    labelMissing: "Which label?",
    apply: "Apply",
    cancel: "Cancel",
    told: {
      nothing: "Nothing to change: they are like this already.",
      none: (count: number) => `None of ${contracts(count)} was changed.`,
      completed: (count: number) => `${contracts(count)} completed.`,
      changed: (count: number) => `${contracts(count)} changed.`,
      deleted: (count: number) => `${contracts(count)} discarded.`,
      restored: (count: number) => `${contracts(count)} restored.`,
      failed: (count: number) => `${contracts(count)} could not be changed, and are as before.`,
      notRestored: (count: number) => `${contracts(count)} could not be restored: gone from the trash meanwhile.`,
    },
  },
  en: plainBulk,
});
