"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { isTransient } from "@/lib/api/errors";

/** Why some answer that this page waits for, and asks for again, has failed to come; undefined where all have come. */
export function useGatewayTrouble(): Error | undefined {
  const cache = useQueryClient().getQueryCache();
  const watch = useCallback((changed: () => void) => cache.subscribe(changed), [cache]);
  const failure = () =>
    cache
      .getAll()
      // Nobody waits any more for what failed in a place that one has left.
      .filter((query) => query.isActive())
      .map(({ state }) => state.fetchFailureReason)
      .find((reason) => reason !== null && isTransient(reason)) ?? undefined;
  return useSyncExternalStore(watch, failure, () => undefined);
}
