import type { Metadata } from "next";
import { ActivityView } from "../../_shell/lazy";
import { PageTitle } from "@/components/PageTitle";

export const metadata: Metadata = { title: "The Hunter's Journal" };

export default function JournalPage() {
  return (
    <main id="content" className="page">
      <PageTitle>The Hunter’s Journal</PageTitle>
      <ActivityView />
    </main>
  );
}
