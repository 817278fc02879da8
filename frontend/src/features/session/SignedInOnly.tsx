"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { PersonProvider } from "./PersonProvider";
import { loginPath } from "./return-path";
import { useSession, useSessionState } from "./SessionProvider";

interface SignedInOnlyProps {
  /** Shown until it is known who this is. */
  loading: ReactNode;
  /** Shown for as long as the gateway cannot be asked. */
  unreachable: ReactNode;
  children: ReactNode;
}

/** Shows its children to the signed-in, and leads everyone else to the login page and back. */
export function SignedInOnly({ loading, unreachable, children }: SignedInOnlyProps) {
  const session = useSession();
  const state = useSessionState();
  const router = useRouter();

  useEffect(() => {
    if (state.phase === "unknown") void session.restore();
    if (state.phase === "signed-out") {
      router.replace(loginPath(window.location.pathname + window.location.search));
    }
  }, [session, state, router]);

  switch (state.phase) {
    case "signed-in":
      // A new key for each person: no state of one outlives the change to another.
      return (
        <PersonProvider key={state.userId} userId={state.userId}>
          {children}
        </PersonProvider>
      );
    case "unreachable":
      return unreachable;
    default:
      return loading;
  }
}
