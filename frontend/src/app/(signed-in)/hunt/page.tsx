import type { Metadata } from "next";
import { PageTitle } from "@/components/PageTitle";
import { getMessages } from "@/lib/messages";
import { pageMessages } from "@/lib/messages/pages";
import { TasksView } from "../../_shell/lazy";
import { Main } from "../../_shell/Main";

const messages = getMessages(pageMessages).tasks;

export const metadata: Metadata = { title: messages.title };

export default function TasksPage() {
  return (
    <Main>
      <PageTitle>{messages.heading}</PageTitle>
      <TasksView />
    </Main>
  );
}
