"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useCallback, useEffect } from "react";
import { preferInCookie, preferredInCookie } from "@/lib/preference-cookie";
import { type Locale, LOCALE_COOKIE, localeOf } from "./define";
import { LocaleContext, useLocale } from "./index";

/** Gives the page its words; `locale` is the one in which the page's server wrote the rest. */
export function LocaleProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
  const { refresh } = useRouter();
  // Chosen in another tab: what this tab fetches from now on would come in that one.
  useEffect(() => {
    const look = () => {
      const chosen = localeOf(preferredInCookie(LOCALE_COOKIE));
      if (document.visibilityState === "visible" && chosen !== locale) refresh();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [locale, refresh]);
  return <LocaleContext value={locale}>{children}</LocaleContext>;
}

/** The locale, and how to choose another: this browser remembers it. */
export function useLocaleChoice(): [Locale, (locale: Locale) => void] {
  const { refresh } = useRouter();
  const choose = useCallback(
    (locale: Locale) => {
      preferInCookie(LOCALE_COOKIE, locale);
      refresh(); // the words of the server and of the browser change at once; nothing typed is lost
    },
    [refresh],
  );
  return [useLocale(), choose];
}
