"use client";

import { useState } from "react";
import type { Activity } from "@/lib/api/types";

/** The activities that were recorded while this page was open: those newer than the newest it opened with. */
export function useNewActivities(activities: readonly Activity[], view: string | undefined): (activity: Activity) => boolean {
  const [opened, setOpened] = useState<{ view: string | undefined; at: number }>();
  const newest = activities[0];
  if (newest && (!opened || opened.view !== view)) {
    setOpened({ view, at: Date.parse(newest.timestamp) });
  }
  const since = opened?.view === view ? opened?.at : undefined;
  return (activity) => since !== undefined && Date.parse(activity.timestamp) > since;
}
