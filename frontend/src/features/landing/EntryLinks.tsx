"use client";

import Link from "next/link";
import { useEffect } from "react";
import { useSession, useSessionState } from "@/features/session";

/** Into the page: on with the hunt for whoever has a session, else registration or login. */
export function EntryLinks() {
  const session = useSession();
  const { phase } = useSessionState();
  useEffect(() => {
    if (phase === "asleep" && session.mayExist()) void session.wake();
  }, [session, phase]);

  if (phase === "signed-in") {
    return (
      <Link href="/hunt" className="button" data-look="lantern">
        Go on with the hunt
      </Link>
    );
  }
  return (
    <div className="flex flex-wrap gap-3">
      <Link href="/register" className="button" data-look="lantern">
        Become a hunter
      </Link>
      <Link href="/login" className="button" data-look="iron">
        Log in
      </Link>
    </div>
  );
}
