import "@fontsource/cinzel/400.css";
import "@fontsource/cinzel/600.css";
import "@fontsource/spectral/400.css";
import "@fontsource/spectral/400-italic.css";
import "@fontsource/spectral/600.css";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Callout } from "@/components/Callout";
import { SessionProvider } from "@/features/session";
import { apiBaseUrl } from "@/lib/settings";
import { PRODUCT } from "@/lib/messages/define";
import { LocaleProvider } from "@/lib/messages/LocaleProvider";
import { pageMessages } from "@/lib/messages/pages";
import { requestLocale, requestMessages } from "@/lib/messages/server";
import { Footer } from "./_shell/Footer";
import { SkipLink } from "./_shell/SkipLink";
import { display } from "./fonts";

export async function generateMetadata(): Promise<Metadata> {
  const { description } = await requestMessages(pageMessages);
  return { title: { default: PRODUCT, template: `%s · ${PRODUCT}` }, description, applicationName: PRODUCT };
}

export const viewport: Viewport = { themeColor: "#101114", colorScheme: "dark" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Reading the request also keeps the page out of the build: the nonce and the API's address belong to the request.
  const baseUrl = apiBaseUrl(await headers());
  const locale = await requestLocale();
  return (
    <html lang={locale} className={display.variable}>
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
