import type { ReactNode } from "react";
import { Fog } from "@/components/ornaments/Fog";
import { SignedOutOnly } from "@/features/session";
import { Wordmark } from "@/components/Wordmark";

export default function GateLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <Fog />
      <header className="header">
        <Wordmark />
      </header>
      <main id="content" className="gate">
        <div className="frame gate-frame">
          <SignedOutOnly>{children}</SignedOutOnly>
        </div>
      </main>
    </>
  );
}
