"use client";

import { useState } from "react";
import { Button } from "@/components/Button";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import styles from "./LogoutButton.module.css";
import { useSession } from "./SessionProvider";

interface LogoutButtonProps {
  /** Done first, while the session still stands: what waits to be sent. */
  beforeLogout?: () => Promise<void>;
}

/** The session ends at the gateway or not at all: a page that merely forgot it would tell a lie. */
export function LogoutButton({ beforeLogout }: LogoutButtonProps) {
  const session = useSession();
  const notices = useNotices();
  const { logout } = useMessages(shellMessages);
  const [busy, setBusy] = useState(false);

  const leave = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await beforeLogout?.();
      await session.logout();
    } catch {
      notices.show({ tone: "alarm", text: logout.failed, seconds: 10 });
    } finally {
      setBusy(false);
    }
  };

  const [verb, object] = logout.label;
  // Not disabled while it works: that would throw the focus off the page.
  return (
    <Button look="text" aria-disabled={busy} onClick={() => void leave()}>
      {busy ? logout.busy : <>{verb} <span className={styles.object}>{object}</span></>}
    </Button>
  );
}
