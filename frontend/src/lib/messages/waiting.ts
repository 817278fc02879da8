import { defineMessages } from ".";

/** Where the signed-in pages wait for the gateway. */
export const waitingMessages = defineMessages({
  "en-x-hunter": {
    loadingTasks: "Reading your contracts…",
    unreachable: {
      heading: "The lamp has gone out",
      explanation:
        "The gateway does not answer. Nothing is lost: this page asks again by itself, and goes on when it is back.",
      retryNow: "Ask now",
    },
  },
});
