import type { ReactNode } from "react";
import { Fog } from "@/ornament/Fog";
import { SignedOutOnly } from "@/session/SignedOutOnly";
import { Wordmark } from "@/shell/Wordmark";

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
