"use client";

import { useState } from "react";
import { useContractChanges } from "@/hunt/ContractChanges";
import { useNotices } from "@/notice/NoticeProvider";
import { useSession } from "@/session/SessionProvider";

/** Logout. The session ends at the gateway or not at all: a page that merely forgot it would tell a lie. */
export function SeverConnection() {
  const session = useSession();
  const notices = useNotices();
  const { finish } = useContractChanges();
  const [leaving, setLeaving] = useState(false);

  const leave = async () => {
    if (leaving) return;
    setLeaving(true);
    try {
      await finish();
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
