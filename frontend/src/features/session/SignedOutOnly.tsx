"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "@/components/Button";
import { Callout } from "@/components/Callout";
import { useMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";
import { forget, keepsWordsOf } from "@/lib/person-storage";
import styles from "./SignedOutOnly.module.css";
import { returnPath } from "./return-path";
import { useSession, useSessionState } from "./SessionProvider";

/** Login and registration: whoever is signed in, here or in another tab, goes on to where they were going. */
export function SignedOutOnly({ children }: { children: ReactNode }) {
  const session = useSession();
  const state = useSessionState();
  const router = useRouter();
  const next = useSearchParams().get("next");
  const { ended, loggedOut, leaving } = useMessages(sessionMessages);
  const { reason = "none", userId } = state.phase === "signed-out" ? state : {};
  const message = { ended, "logged-out": loggedOut, leaving, "none": undefined }[reason];

  useEffect(() => {
    if (state.phase === "unknown" && session.mayExist()) void session.restore();
    if (state.phase === "signed-in") router.replace(returnPath(next));
  }, [session, state, router, next]);

  return (
    <>
      <div role="status" className={styles.status}>
        {message && <Callout tone="info">{message}</Callout>}
      </div>
      {userId && <KeptWords userId={userId} />}
      {children}
    </>
  );
}

/** Whoever leaves a machine that others use may throw away what waits for their return. */
function KeptWords({ userId }: { userId: string }) {
  const { keptWords, forgetWords } = useMessages(sessionMessages);
  const [kept, setKept] = useState(() => keepsWordsOf(userId));
  if (!kept) return null;
  return (
    <div className={styles.status}>
      <Callout tone="info">
        <span>{keptWords}</span>{" "}
        <Button
          look="text"
          onClick={() => {
            forget(userId);
            setKept(false);
          }}
        >
          {forgetWords}
        </Button>
      </Callout>
    </div>
  );
}
