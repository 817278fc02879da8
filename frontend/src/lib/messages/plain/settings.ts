export const plainSettings = {
  open: "Settings",
  openTitle: "Settings: wording and colours",
  account: "Signed in as",
  words: "Wording",
  locales: { "en-x-hunter": "Gothic (the original)", en: "Plain" },
  colours: "Colours",
  themes: { system: "Same as system", dark: "Dark", light: "Light" },
};
