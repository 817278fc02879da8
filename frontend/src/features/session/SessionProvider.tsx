"use client";

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { authApi } from "@/lib/api/auth";
import { sessionHint, unheardLogout } from "./browser-marks";
import { Session } from "./session";
import type { SessionState } from "./session-types";
import { tabChannel } from "./tab-channel";
import { tabLock } from "./tab-lock";

const Context = createContext<Session | undefined>(undefined);

export function SessionProvider({ baseUrl, children }: { baseUrl: string; children: ReactNode }) {
  const [session] = useState(() => openSession(baseUrl));
  useEffect(() => session.follow(), [session]);
  return <Context value={session}>{children}</Context>;
}

function openSession(baseUrl: string): Session {
  return new Session({
    baseUrl,
    auth: authApi(baseUrl),
    lock: tabLock,
    channel: tabChannel(),
    hint: sessionHint,
    unheardLogout,
  });
}

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("useSession needs a SessionProvider above it");
  return session;
}

const UNKNOWN: SessionState = { phase: "unknown" };

export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.watch, session.current, () => UNKNOWN);
}
