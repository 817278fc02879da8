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
import { getMessages, PRODUCT } from "@/lib/messages";
import { pageMessages } from "@/lib/messages/pages";
import { Footer } from "./_shell/Footer";
import { SkipLink } from "./_shell/SkipLink";
import { display } from "./fonts";

export const metadata: Metadata = {
  title: { default: PRODUCT, template: `%s · ${PRODUCT}` },
  description: getMessages(pageMessages).description,
  applicationName: PRODUCT,
};

export const viewport: Viewport = { themeColor: "#101114", colorScheme: "dark" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Reading the request also keeps the page out of the build: the nonce and the API's address belong to the request.
  const baseUrl = apiBaseUrl(await headers());
  return (
    <html lang="en" className={display.variable}>
      <body>
        <SkipLink />
        <noscript>
          <Callout tone="danger">{getMessages(pageMessages).noScript}</Callout>
        </noscript>
        <SessionProvider baseUrl={baseUrl}>{children}</SessionProvider>
        <Footer />
      </body>
    </html>
  );
}
