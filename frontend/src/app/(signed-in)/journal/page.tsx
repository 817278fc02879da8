import type { Metadata } from "next";
import { PageTitle } from "@/components/PageTitle";
import { pageMessages } from "@/lib/messages/pages";
import { requestMessages } from "@/lib/messages/server";
import { ActivityView } from "../../_shell/lazy";
import { Main } from "../../_shell/Main";

const words = async () => (await requestMessages(pageMessages)).activity;

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await words()).title });

export default async function ActivityPage() {
  const messages = await words();
  return (
    <Main>
      <PageTitle>{messages.heading}</PageTitle>
      <ActivityView />
    </Main>
  );
}
