import type { Metadata } from "next";
import { ButtonLink } from "@/components/ButtonLink";
import { EmptyState } from "@/components/EmptyState";
import { Fog } from "@/components/ornaments/Fog";
import { pageMessages } from "@/lib/messages/pages";
import { requestMessages } from "@/lib/messages/server";
import { Header } from "./_shell/Header";
import { NarrowMain } from "./_shell/NarrowMain";

const words = async () => (await requestMessages(pageMessages)).notFound;

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await words()).title });

export default async function NotFound() {
  const messages = await words();
  return (
    <>
      <Fog />
      <Header />
      <NarrowMain>
        <EmptyState heading={messages.heading} level={1} lit={false}>
          <p>{messages.explanation}</p>
          <ButtonLink href="/hunt">{messages.back}</ButtonLink>
        </EmptyState>
      </NarrowMain>
    </>
  );
}
