"use client";

import { useEffect, useRef } from "react";
import { hasStatus } from "@/lib/api/errors";

const AT_MOST_EVERY_MS = 60_000;

interface Pages {
  error: Error | null;
  isFetchNextPageError: boolean;
  refetch: () => Promise<unknown>;
}

/**
 * Reads a list anew from its beginning when the gateway no longer takes its cursor, whose secret may have been changed.
 * Not again soon: a gateway that refuses the cursors it has just given would be asked without an end.
 */
export function useFreshCursors({ error, isFetchNextPageError, refetch }: Pages): void {
  const last = useRef(-Infinity);
  const refused = isFetchNextPageError && hasStatus(error, 400) && error.fields.some(({ field }) => field === "cursor");

  useEffect(() => {
    if (!refused || Date.now() - last.current < AT_MOST_EVERY_MS) return;
    last.current = Date.now();
    void refetch();
  }, [refused, refetch]);
}
