import { cookies } from "next/headers";
import { type Locale, LOCALE_COOKIE, localeOf, type Messages } from "./define";

/** The locale that this request asks for. */
export async function requestLocale(): Promise<Locale> {
  return localeOf((await cookies()).get(LOCALE_COOKIE)?.value);
}

/** For the page's server. */
export async function requestMessages<T>(part: Messages<T>): Promise<T> {
  return part[await requestLocale()];
}
