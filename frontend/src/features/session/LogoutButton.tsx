"use client";

import { useState } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useSession } from "./SessionProvider";

interface LogoutButtonProps {
  /** Done first, while the session still stands: what waits to be sent. */
  beforeLogout?: () => Promise<void>;
}

/** Logout. The session ends at the gateway or not at all: a page that merely forgot it would tell a lie. */
export function LogoutButton({ beforeLogout }: LogoutButtonProps) {
  const session = useSession();
  const notices = useNotices();
  const [leaving, setLeaving] = useState(false);

  const leave = async () => {
    if (leaving) return;
    setLeaving(true);
    try {
      await beforeLogout?.();
      await session.logout();
    } catch {
      notices.show({
        tone: "alarm",
        text: "The connection still stands: the gateway did not hear you. Try again when it answers.",
        seconds: 10,
      });
    } finally {
      setLeaving(false);
    }
  };

  // Not disabled while leaving: that would throw the focus off the page.
  return (
    <button type="button" className="text-button" aria-disabled={leaving} onClick={() => void leave()}>
      {leaving ? "Severing…" : <>Sever <span className="max-sm:sr-only">connection</span></>}
    </button>
  );
}
