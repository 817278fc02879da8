import { defineMessages } from "./define";
import { plainTime } from "./plain/time";

export const timeMessages = defineMessages({
  "en-x-hunter": {
    justNow: "just now",
    onDate: (date: string) => `on ${date}`,
    today: "Tonight",
    yesterday: "Last night",
  },
  en: plainTime,
});
