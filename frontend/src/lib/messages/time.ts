import { defineMessages } from ".";

export const timeMessages = defineMessages({
  "en-x-hunter": {
    justNow: "just now",
    onDate: (date: string) => `on ${date}`,
    today: "Tonight",
    yesterday: "Last night",
  },
});
