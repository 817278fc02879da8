import { defineMessages } from "./define";
import { plainControls } from "./plain/controls";

/** What the controls say by themselves. */
export const controlMessages = defineMessages({
  "en-x-hunter": {
    loadingMore: "Reading on…",
    characters: {
      left: (count: number) => `${count} left`,
      tooMany: (count: number) => `${count} too many`,
    },
  },
  en: plainControls,
});
