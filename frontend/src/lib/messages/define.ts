/**
 * Every word that the page shows, in parts that are loaded with what shows them. Each part holds all locales side by
 * side, and `defineMessages` checks that each says the same things.
 *
 * A voice is a locale: "en-x-hunter" is English in a hunter's words (BCP 47, RFC 5646 section 2.2.7), "en" is plain
 * English, in `plain/`.
 */
export const LOCALES = ["en-x-hunter", "en"] as const;

export type Locale = (typeof LOCALES)[number];

export const DEFAULT_LOCALE: Locale = "en-x-hunter";

/** The cookie in which the browser remembers the choice, so that the page's server writes in that locale at once. */
export const LOCALE_COOKIE = "task-hunter.locale";

export const localeOf = (text: string | undefined): Locale => LOCALES.find((locale) => locale === text) ?? DEFAULT_LOCALE;

/** The same in every locale. */
export const PRODUCT = "Task Hunter";

export type Messages<T> = Readonly<Record<Locale, T>>;

/** One part of the catalogue. What the first locale has to say, every other must say, too. */
export function defineMessages<T>(byLocale: { "en-x-hunter": T } & Record<Exclude<Locale, "en-x-hunter">, NoInfer<T>>): Messages<T> {
  return byLocale;
}

/** A number as it is written in English, whatever the voice. */
export function formatNumber(value: number): string {
  return value.toLocaleString("en");
}
