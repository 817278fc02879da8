import { defineMessages } from "./define";
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
  },
  en: plainQuickAdd,
});
