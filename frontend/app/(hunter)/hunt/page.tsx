import type { Metadata } from "next";
import { Hunt } from "@/shell/later";
import { PageTitle } from "@/shell/PageTitle";

export const metadata: Metadata = { title: "The Hunt" };

export default function HuntPage() {
  return (
    <main id="content" className="page">
      <PageTitle>The Hunt</PageTitle>
      <Hunt />
    </main>
  );
}
