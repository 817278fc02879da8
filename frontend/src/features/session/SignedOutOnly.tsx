"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { returnPath } from "./return-path";
import { useSession, useSessionState } from "./SessionProvider";

/** Login and registration: whoever is signed in, here or in another tab, goes on to where they were going. */
export function SignedOutOnly({ children }: { children: ReactNode }) {
  const session = useSession();
  const state = useSessionState();
  const router = useRouter();
  const next = useSearchParams().get("next");

  useEffect(() => {
    if (state.phase === "asleep" && session.mayExist()) void session.wake();
    if (state.phase === "signed-in") router.replace(returnPath(next));
  }, [session, state, router, next]);

  return (
    <>
      <div role="status" className="empty:hidden mb-6">
        {state.phase === "signed-out" && WORDS[state.because] && <p className="remark">{WORDS[state.because]}</p>}
      </div>
      {children}
    </>
  );
}

const WORDS: Record<string, string> = {
  ended: "Your session was ended. Log in, and you are back where you were.",
  left: "The connection is severed. Rest well, hunter.",
};
