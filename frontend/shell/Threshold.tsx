"use client";

import type { ReactNode } from "react";
import { GatewaySilent } from "@/gateway/GatewaySilent";
import { HuntLoading } from "@/hunt/HuntLoading";
import { useSession } from "@/session/SessionProvider";
import { Wordmark } from "./Wordmark";

/** What stands around a signed-in page before it is known who is in. */
function Threshold({ children }: { children: ReactNode }) {
  return (
    <>
      <header className="header">
        <Wordmark />
      </header>
      <main id="content" className="page">
        {children}
      </main>
    </>
  );
}

/** The page as it will stand, without its words. */
export function Waking() {
  return (
    <Threshold>
      <div className="bone mx-auto mt-1 mb-9 h-18 w-64" />
      <HuntLoading />
    </Threshold>
  );
}

export function Unreached() {
  const session = useSession();
  return (
    <Threshold>
      <GatewaySilent tryNow={() => void session.wake()} />
    </Threshold>
  );
}
