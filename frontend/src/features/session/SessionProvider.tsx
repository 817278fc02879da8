"use client";

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { type ActivityApi, activityApi } from "@/lib/api/activity";
import { authApi } from "@/lib/api/auth";
import { type TasksApi, tasksApi } from "@/lib/api/tasks";
import { tabStorage } from "@/lib/tab-storage";
import { Session, type SessionState } from "./session";
import { sessionHint } from "./session-hint";
import { tabChannel } from "./tab-channel";
import { tabLock } from "./tab-lock";

interface SignedInApi {
  session: Session;
  tasks: TasksApi;
  activity: ActivityApi;
}

const Context = createContext<SignedInApi | undefined>(undefined);

export function SessionProvider({ baseUrl, children }: { baseUrl: string; children: ReactNode }) {
  const [api] = useState(() => openApi(baseUrl));
  useEffect(() => api.session.follow(), [api]);
  useEffect(() => api.session.watch(() => remember(api.session.current())), [api]);
  return <Context value={api}>{children}</Context>;
}

/** What the tab remembers follows who is in; the end of a session leaves it, for their return. */
function remember(state: SessionState): void {
  if (state.phase === "signed-in") tabStorage.belongTo(state.userId);
  if (state.phase === "signed-out" && state.reason === "logged-out") tabStorage.clear();
}

export function openApi(baseUrl: string): SignedInApi {
  const session = new Session({
    baseUrl,
    auth: authApi(baseUrl),
    lock: tabLock,
    channel: tabChannel(),
    hint: sessionHint,
  });
  return { session, tasks: tasksApi(session.authorized), activity: activityApi(session.authorized) };
}

export function useApi(): SignedInApi {
  const api = useContext(Context);
  if (!api) throw new Error("useApi needs a SessionProvider above it");
  return api;
}

export function useSession(): Session {
  return useApi().session;
}

const UNKNOWN: SessionState = { phase: "unknown" };

export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.watch, session.current, () => UNKNOWN);
}
