"use client";

import { useEffect } from "react";
import { ButtonLink } from "@/components/ButtonLink";
import { useSession, useSessionState } from "@/features/session";
import { useMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import styles from "./EntryLinks.module.css";

/** Into the page: on to the tasks for whoever has a session, else registration or login. */
export function EntryLinks() {
  const session = useSession();
  const { phase } = useSessionState();
  const { entry } = useMessages(commonMessages);
  useEffect(() => {
    if (phase === "unknown" && session.mayExist()) void session.restore();
  }, [session, phase]);

  if (phase === "signed-in") {
    return (
      <div className={styles.links}>
        <ButtonLink href="/hunt" look="primary">
          {entry.continue}
        </ButtonLink>
      </div>
    );
  }
  return (
    <div className={styles.links}>
      <ButtonLink href="/register" look="primary">
        {entry.register}
      </ButtonLink>
      <ButtonLink href="/login">{entry.login}</ButtonLink>
    </div>
  );
}
