import { defineMessages, formatNumber } from "./define";
import { plainQuickAdd } from "./plain/quick-add";

/** What is understood of a line that somebody types, and several lines at once. */
export const quickAddMessages = defineMessages({
  "en-x-hunter": {
    understood: "Understood of it",
    said: (chips: string) => `Understood: ${chips}.`,
    due: (when: string) => `Due ${when}`,
    list: (name: string) => `List ${name}`,
    label: (name: string) => `Label ${name}`,
    priorities: ["", "Low priority", "Medium priority", "High priority"],
    keepWords: (text: string) => `Keep “${text}” as words`,
    paste: {
      heading: (count: number) => `${formatNumber(count)} lines at once`,
      lines: "The lines",
      most: (most: number, count: number) => `Only the first ${formatNumber(most)} of ${formatNumber(count)} lines are taken.`,
      cancel: "Cancel",
      join: "One contract of all",
      create: (count: number) => `Create ${formatNumber(count)} ${count === 1 ? "contract" : "contracts"}`,
      progress: (done: number, total: number) => `${formatNumber(done)} of ${formatNumber(total)} contracts sworn…`,
      done: (total: number) => `${formatNumber(total)} contracts were sworn.`,
      failed: (failed: number, total: number) => `${formatNumber(failed)} of ${formatNumber(total)} contracts were not sworn.`,
    },
  },
  en: plainQuickAdd,
});
