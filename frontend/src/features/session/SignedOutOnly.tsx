"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { Callout } from "@/components/Callout";
import { useMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";
import styles from "./SignedOutOnly.module.css";
import { returnPath } from "./return-path";
import { useSession, useSessionState } from "./SessionProvider";

/** Login and registration: whoever is signed in, here or in another tab, goes on to where they were going. */
export function SignedOutOnly({ children }: { children: ReactNode }) {
  const session = useSession();
  const state = useSessionState();
  const router = useRouter();
  const next = useSearchParams().get("next");
  const { ended, loggedOut } = useMessages(sessionMessages);
  const reason = state.phase === "signed-out" ? state.reason : undefined;
  const message = { ended, "logged-out": loggedOut, "none": undefined }[reason ?? "none"];

  useEffect(() => {
    if (state.phase === "unknown" && session.mayExist()) void session.restore();
    if (state.phase === "signed-in") router.replace(returnPath(next));
  }, [session, state, router, next]);

  return (
    <>
      <div role="status" className={styles.status}>
        {message && <Callout tone="info">{message}</Callout>}
      </div>
      {children}
    </>
  );
}
