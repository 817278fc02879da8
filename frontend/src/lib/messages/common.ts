import { defineMessages } from "./define";
import { plainCommon } from "./plain/common";

/** What every page may need, and so every first load: keep it short. */
export const commonMessages = defineMessages({
  "en-x-hunter": {
    tryAgain: "Try again",
    entry: {
      continue: "Go on to your contracts",
      register: "Register as a hunter",
      login: "Log in",
    },
    crash: {
      heading: "A nightmare, swiftly ended",
      explanation:
        "Something on this page broke. What you had sworn is safe at the gateway; try again, and it should be here.",
      digest: (digest: string) => `Its mark: ${digest}`,
    },
    httpError: (status: number) => `The gateway answered ${status}.`,
  },
  en: plainCommon,
});
