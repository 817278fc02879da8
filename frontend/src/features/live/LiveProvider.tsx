"use client";

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { useApi } from "@/features/session";
import { type Live, LiveActivities } from "./live-activities";

const Context = createContext<Live | undefined>(undefined);

/** Follows the stream for as long as anything below lives. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const { userId, activity } = useApi();
  const [live] = useState(() => new LiveActivities(userId, activity.stream));
  useEffect(() => live.start(), [live]);
  return <Context value={live}>{children}</Context>;
}

export function useLive(): Live {
  const live = useContext(Context);
  if (!live) throw new Error("useLive needs a LiveProvider above it");
  return live;
}

/** Whether each activity is told of as it is recorded; else one has to look. */
export function useIsLive(): boolean {
  const live = useLive();
  return useSyncExternalStore(live.watch, live.isLive, () => false);
}
