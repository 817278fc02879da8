import { defineMessages, formatNumber } from "./define";
import { plainPanel } from "./plain/panel";

/** One task, read beside the list. */
export const panelMessages = defineMessages({
  "en-x-hunter": {
    loading: "Unrolling the contract…",
    edit: "Edit",
    complete: "Complete",
    reopen: "Reopen",
    discard: "Discard",
    facts: "Terms",
    created: "Sworn",
    updated: "Rewritten",
    inbox: "Inbox",
    ticked: (done: number, total: number) => `${formatNumber(done)} of ${formatNumber(total)} ticked`,
    journal: "Journal",
    gone: {
      heading: "There is no such contract",
      explanation: "It was discarded, or the address that led here names none.",
    },
    failed: "The contract cannot be read",
    markdown: {
      ticked: "ticked",
      open: "not ticked",
      image: (words: string) => `Image: ${words}`,
    },
  },
  en: plainPanel,
});
