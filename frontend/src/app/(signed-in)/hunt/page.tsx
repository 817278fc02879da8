import type { Metadata } from "next";
import { PageTitle } from "@/components/PageTitle";
import { pageMessages } from "@/lib/messages/pages";
import { requestMessages } from "@/lib/messages/server";
import { TasksView } from "../../_shell/lazy";
import { Main } from "../../_shell/Main";

const words = async () => (await requestMessages(pageMessages)).tasks;

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await words()).title });

export default async function TasksPage() {
  const messages = await words();
  return (
    <Main wide>
      <PageTitle slim>{messages.heading}</PageTitle>
      <TasksView />
    </Main>
  );
}
