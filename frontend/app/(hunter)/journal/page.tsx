import type { Metadata } from "next";
import { Journal } from "@/shell/later";
import { PageTitle } from "@/shell/PageTitle";

export const metadata: Metadata = { title: "The Hunter's Journal" };

export default function JournalPage() {
  return (
    <main id="content" className="page">
      <PageTitle>The Hunter’s Journal</PageTitle>
      <Journal />
    </main>
  );
}
