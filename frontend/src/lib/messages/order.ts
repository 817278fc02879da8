import { defineMessages, formatNumber } from "./define";
import { plainOrder } from "./plain/order";

/** The order that somebody gives the tasks by hand. */
export const orderMessages = defineMessages({
  "en-x-hunter": {
    moved: (title: string, place: number, of: number) => `“${title}” moved to place ${formatNumber(place)} of ${formatNumber(of)}.`,
  },
  en: plainOrder,
});
