import type { Metadata } from "next";
import { ButtonLink } from "@/components/ButtonLink";
import { EmptyState } from "@/components/EmptyState";
import { Fog } from "@/components/ornaments/Fog";
import { getMessages } from "@/lib/messages";
import { pageMessages } from "@/lib/messages/pages";
import { Header } from "./_shell/Header";
import { NarrowMain } from "./_shell/NarrowMain";

const messages = getMessages(pageMessages).notFound;

export const metadata: Metadata = { title: messages.title };

export default function NotFound() {
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
