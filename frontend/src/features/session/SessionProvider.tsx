"use client";

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { accounts } from "@/lib/api/auth";
import { type ActivityApi, activity } from "@/lib/api/activity";
import { type TasksApi, tasks } from "@/lib/api/tasks";
import { Session, type SessionState } from "./session";
import { sessionHint } from "./session-hint";
import { tabChannel } from "./tab-channel";
import { tabLock } from "./tab-lock";
import { tabStorage } from "@/lib/tab-storage";

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
  if (state.phase === "signed-out" && state.because === "left") tabStorage.clear();
}

export function openApi(baseUrl: string): SignedInApi {
  const session = new Session({
    baseUrl,
    accounts: accounts(baseUrl),
    lock: tabLock,
    channel: tabChannel(),
    hint: sessionHint,
  });
  return { session, tasks: tasks(session.authorized), activity: activity(session.authorized) };
}

export function useApi(): SignedInApi {
  const api = useContext(Context);
  if (!api) throw new Error("useApi needs a SessionProvider above it");
  return api;
}

export function useSession(): Session {
  return useApi().session;
}

const ASLEEP: SessionState = { phase: "asleep" };

export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.watch, session.current, () => ASLEEP);
}
