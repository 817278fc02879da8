import { createContext, useContext } from "react";
import { DEFAULT_LOCALE, type Locale, localeOf, type Messages } from "./define";

export { formatNumber } from "./define";

/** The locale of the page, as LocaleProvider was given it by the page's server. */
export const LocaleContext = createContext<Locale>(DEFAULT_LOCALE);

export const useLocale = (): Locale => useContext(LocaleContext);

/** For components in the browser. */
export function useMessages<T>(part: Messages<T>): T {
  return part[useLocale()];
}

/** For what is no component, in the browser: what it is asked for is said later, or never, on the page's server. */
export function getMessages<T>(part: Messages<T>): T {
  return part[localeOf(typeof document === "undefined" ? undefined : document.documentElement.lang)];
}
