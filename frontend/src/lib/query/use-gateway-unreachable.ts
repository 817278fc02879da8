"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { isTransient } from "@/lib/api/errors";

/** Whether some answer this page waits for has failed to come, and is being asked for again. */
export function useGatewayUnreachable(): boolean {
  const cache = useQueryClient().getQueryCache();
  const watch = useCallback((changed: () => void) => cache.subscribe(changed), [cache]);
  const unreachable = () => cache.getAll().some(({ state }) => isTransient(state.fetchFailureReason));
  return useSyncExternalStore(watch, unreachable, () => false);
}
