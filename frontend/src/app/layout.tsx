import "@fontsource/cinzel/400.css";
import "@fontsource/cinzel/600.css";
import "@fontsource/spectral/400.css";
import "@fontsource/spectral/400-italic.css";
import "@fontsource/spectral/600.css";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { Callout } from "@/components/Callout";
import { SessionProvider } from "@/features/session";
import { apiBaseUrl, pageOrigin } from "@/lib/settings";
import { PRODUCT } from "@/lib/messages/define";
import { LocaleProvider } from "@/lib/messages/LocaleProvider";
import { pageMessages } from "@/lib/messages/pages";
import { requestLocale, requestMessages } from "@/lib/messages/server";
import { BACKGROUNDS, THEME_COOKIE, themeOf } from "@/lib/theme";
import icon512 from "./_icons/icon-512.png";
import { Footer } from "./_shell/Footer";
import { SkipLink } from "./_shell/SkipLink";
import { display } from "./fonts";

export async function generateMetadata(): Promise<Metadata> {
  const { description } = await requestMessages(pageMessages);
  return {
    metadataBase: pageOrigin(await headers()),
    title: { default: PRODUCT, template: `%s · ${PRODUCT}` },
    description,
    applicationName: PRODUCT,
    openGraph: { type: "website", siteName: PRODUCT, title: PRODUCT, description, images: [{ url: icon512.src, width: 512, height: 512 }] },
    appleWebApp: { title: PRODUCT, statusBarStyle: "black-translucent" },
    formatDetection: { telephone: false },
  };
}

/** The theme by the cookie alone: what the visitor's system asks for is only known in the browser. */
const requestTheme = async () => themeOf((await cookies()).get(THEME_COOKIE)?.value);

export async function generateViewport(): Promise<Viewport> {
  const theme = await requestTheme();
  if (theme !== "system") return { themeColor: BACKGROUNDS[theme], colorScheme: theme };
  return {
    themeColor: (["dark", "light"] as const).map((scheme) => ({ media: `(prefers-color-scheme: ${scheme})`, color: BACKGROUNDS[scheme] })),
    colorScheme: "dark light",
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Reading the request also keeps the page out of the build: the nonce and the API's address belong to the request.
  const baseUrl = apiBaseUrl(await headers());
  const locale = await requestLocale();
  return (
    <html lang={locale} data-theme={await requestTheme()} className={display.variable}>
      <body>
        <SkipLink />
        <noscript>
          <Callout tone="danger">{pageMessages[locale].noScript}</Callout>
        </noscript>
        <LocaleProvider locale={locale}>
          <SessionProvider baseUrl={baseUrl}>{children}</SessionProvider>
        </LocaleProvider>
        <Footer />
      </body>
    </html>
  );
}
