import type { Trouble } from "@/lib/api/errors";
import { defineMessages, formatNumber } from "./define";
import { plainWaiting } from "./plain/waiting";

interface WaitingMessages {
  loadingTasks: string;
  trouble: Record<Trouble["kind"], { heading: string; explanation: (seconds: number | undefined) => string }>;
  retryNow: string;
}

const english = (seconds: number | undefined) =>
  seconds === undefined ? "in a moment" : `in ${formatNumber(seconds)} ${seconds === 1 ? "second" : "seconds"}`;

/** Where the signed-in pages wait for the gateway. */
export const waitingMessages = defineMessages<WaitingMessages>({
  "en-x-hunter": {
    loadingTasks: "Reading your contracts…",
    trouble: {
      silent: {
        heading: "The lamp has gone out",
        explanation: () =>
          "The gateway does not answer. Nothing is lost: this page asks again by itself, and goes on when it is back.",
      },
      busy: {
        heading: "Too swift, even for a hunter",
        explanation: (seconds) =>
          `The gateway had too many requests from you. Nothing is lost: this page asks again by itself ${english(seconds)}.`,
      },
      unavailable: {
        heading: "The lamp burns low",
        explanation: (seconds) =>
          `The gateway answers, but a service behind it does not. Nothing is lost: this page asks again by itself ${english(seconds)}.`,
      },
    },
    retryNow: "Try again now",
  },
  en: plainWaiting,
});
