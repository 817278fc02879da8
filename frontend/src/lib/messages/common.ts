import { defineMessages } from ".";

/** What stands on several pages, and what the first load needs. */
export const commonMessages = defineMessages({
  "en-x-hunter": {
    close: "Close",
    tryAgain: "Try again",
    loadingMore: "Reading on…",
    loadingTasks: "Reading your contracts…",
    characters: {
      left: (count: number) => `${count} left`,
      tooMany: (count: number) => `${count} too many`,
    },
    notices: {
      label: "Notices",
      dismiss: "Dismiss this notice",
    },
    unreachable: {
      heading: "The lamp has gone out",
      explanation:
        "The gateway does not answer. Nothing is lost: this page asks again by itself, and goes on when it is back.",
      retryNow: "Ask now",
      banner: "The gateway does not answer. What you see is what was read last; asking again…",
    },
    crash: {
      heading: "A nightmare, swiftly ended",
      explanation:
        "Something on this page broke. What you had sworn is safe at the gateway; try again, and it should be here.",
      digest: (digest: string) => `Its mark: ${digest}`,
    },
    httpError: (status: number) => `The gateway answered ${status}.`,
  },
});
