import type { Metadata } from "next";
import Link from "next/link";
import { Fog } from "@/components/ornaments/Fog";
import { Lantern } from "@/components/ornaments/Lantern";
import { Wordmark } from "@/components/Wordmark";

export const metadata: Metadata = { title: "No such place" };

export default function NotFound() {
  return (
    <>
      <Fog />
      <header className="header">
        <Wordmark />
      </header>
      <main id="content" className="gate">
        <section className="quiet-state">
          <Lantern lit={false} />
          <h1>No lamp burns here</h1>
          <p>The street you seek is on no map of ours. It may have been swallowed by the night, or never have been.</p>
          <Link href="/hunt" className="button" data-look="iron">
            Back to the hunt
          </Link>
        </section>
      </main>
    </>
  );
}
