import { defineMessages } from "./define";
import { plainPages } from "./plain/pages";

/** What the page's server alone writes: titles, the landing page, and what stands around every page. */
export const pageMessages = defineMessages({
  "en-x-hunter": {
    description: "Swear contracts, hunt them down, and read in the hunter's journal what became of each.",
    skipLink: "Skip to the content",
    noScript: "Without scripts no lamp is lit here: allow them for this page, and load it anew.",
    disclaimer:
      "Task Hunter is a work of its own, with an art of its own. It is not affiliated with or endorsed by Sony or FromSoftware.",
    landing: {
      heading: "The night is long. Keep a list.",
      introduction:
        "Task Hunter is a task manager for those who mean to see the dawn: quick to write in, quiet to work in, and it forgets nothing.",
      featuresLabel: "What it does",
      features: [
        {
          heading: "Swear a contract",
          text: "One line and Enter, and it is sworn. Particulars, if you have them, and a state in your own words.",
        },
        {
          heading: "Hunt it down",
          text: "Begin and complete with a click or a key. Let your hands stay on the keyboard; a slip can be undone.",
        },
        {
          heading: "Read the journal",
          text: "Every deed is set down within a moment: what was sworn, what was rewritten, from what into what.",
        },
      ],
    },
    login: {
      title: "Log in",
      heading: "Return to the Hunt",
      otherwise: "Not yet a hunter?",
      otherwiseLink: "Register",
    },
    register: {
      title: "Register",
      heading: "Become a Hunter",
      otherwise: "A hunter already?",
      otherwiseLink: "Log in",
    },
    tasks: { title: "The Hunt", heading: "The Hunt" },
    activity: { title: "The Hunter's Journal", heading: "The Hunter’s Journal" },
    notFound: {
      title: "No such place",
      heading: "No lamp burns here",
      explanation:
        "The street you seek is on no map of ours. It may have been swallowed by the night, or never have been.",
      back: "Back to your contracts",
    },
  },
  en: plainPages,
});
