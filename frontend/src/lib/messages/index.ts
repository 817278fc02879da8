/**
 * Every word that the page shows, in parts that are loaded with what shows them. Each part holds all locales side by
 * side: the types find whatever is missing when LOCALES grows.
 *
 * A voice is a locale: "en-x-hunter" is English in a hunter's words (BCP 47, RFC 5646 section 2.2.7).
 */
export const LOCALES = ["en-x-hunter"] as const;

export type Locale = (typeof LOCALES)[number];

export const DEFAULT_LOCALE: Locale = "en-x-hunter";

/** The same in every locale. */
export const PRODUCT = "Task Hunter";

export type Messages<T> = Readonly<Record<Locale, T>>;

/** One part of the catalogue; `T` is what each locale has to say. */
export function defineMessages<T>(byLocale: Messages<T>): Messages<T> {
  return byLocale;
}

/** For components in the browser. */
export function useMessages<T>(part: Messages<T>): T {
  return part[DEFAULT_LOCALE];
}

/** For what is no component, and for the page's server. */
export function getMessages<T>(part: Messages<T>): T {
  return part[DEFAULT_LOCALE];
}

/** A number as it is written in the locale. */
export function formatNumber(value: number): string {
  return value.toLocaleString(DEFAULT_LOCALE);
}
