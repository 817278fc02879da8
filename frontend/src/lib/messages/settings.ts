import type { Theme } from "@/lib/theme";
import { defineMessages, type Locale } from "./define";
import { plainSettings } from "./plain/settings";

/** The panel at the head of every page. */
export const settingsMessages = defineMessages({
  "en-x-hunter": {
    open: "Settings",
    openTitle: "Settings: words and colours",
    /** The name of who is signed in stands after it. */
    account: "Signed in as",
    words: "Words",
    locales: { "en-x-hunter": "A hunter’s", en: "Plain" } satisfies Record<Locale, string>,
    colours: "Colours",
    themes: { system: "As the system", dark: "Night (dark)", light: "Parchment (light)" } satisfies Record<Theme, string>,
  },
  en: plainSettings,
});
