import localFont from "next/font/local";

/**
 * The Latin letters of what stands at the head of every page, asked for before the style sheet can ask.
 * All other letters and cuts come with the style sheets, when a page has some.
 */
export const display = localFont({
  src: [
    { path: "../../node_modules/@fontsource/cinzel/files/cinzel-latin-400-normal.woff2", weight: "400" },
    { path: "../../node_modules/@fontsource/cinzel/files/cinzel-latin-600-normal.woff2", weight: "600" },
  ],
  variable: "--font-cinzel",
  display: "swap",
  adjustFontFallback: false, // it would come before the sheets' letters
});
