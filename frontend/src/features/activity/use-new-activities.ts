"use client";

import { useState } from "react";
import type { Activity } from "@/lib/api/types";

/** The entries that were written while this page was open: those newer than the newest it opened with. */
export function useNewActivities(entries: readonly Activity[], view: string | undefined): (entry: Activity) => boolean {
  const [opened, setOpened] = useState<{ view: string | undefined; at: number }>();
  const newest = entries[0];
  if (newest && (!opened || opened.view !== view)) {
    setOpened({ view, at: Date.parse(newest.timestamp) });
  }
  const since = opened?.view === view ? opened?.at : undefined;
  return (entry) => since !== undefined && Date.parse(entry.timestamp) > since;
}
