"use client";

import { useState } from "react";
import { Button } from "@/components/Button";
import { useMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import { atMost, PATIENCE_MS } from "./logout";
import { useSession } from "./SessionProvider";

interface LogoutButtonProps {
  /** Done first, while the session still stands, as far as the gateway lets it: what waits to be sent. */
  beforeLogout?: () => Promise<void>;
}

export function LogoutButton({ beforeLogout }: LogoutButtonProps) {
  const session = useSession();
  const { logout } = useMessages(shellMessages);
  const [busy, setBusy] = useState(false);

  const leave = async () => {
    if (busy) return;
    setBusy(true);
    await atMost(PATIENCE_MS, beforeLogout?.());
    await session.logout();
  };

  // Not disabled while it works: that would throw the focus off the page.
  return (
    <Button look="text" aria-disabled={busy} onClick={() => void leave()}>
      {busy ? logout.busy : logout.label}
    </Button>
  );
}
