import type { Metadata } from "next";
import { TasksView } from "../../_shell/lazy";
import { PageTitle } from "@/components/PageTitle";

export const metadata: Metadata = { title: "The Hunt" };

export default function HuntPage() {
  return (
    <main id="content" className="page">
      <PageTitle>The Hunt</PageTitle>
      <TasksView />
    </main>
  );
}
