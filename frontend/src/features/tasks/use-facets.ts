"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useApi } from "@/features/session";
import { withPendingCounts } from "./facets";
import { FACETS_KEY } from "./send-change";
import { usePendingChanges } from "./TaskMutationsProvider";
import { HERE } from "./due";

/** So long after the last of several changes the counts are read anew. */
const WAIT_MS = 500;

/** How many tasks each list, label and so on has; undefined until it is known. */
export function useFacets() {
  const { tasks } = useApi();
  const { data } = useQuery({ queryKey: FACETS_KEY, queryFn: ({ signal }) => tasks.facets(HERE, signal) });
  const pending = usePendingChanges();
  useRefreshedFacets(pending.length);
  return useMemo(() => data && withPendingCounts(data, pending, HERE), [data, pending]);
}

function useRefreshedFacets(pending: number): void {
  const client = useQueryClient();
  const changed = useRef(false);
  useEffect(() => {
    if (pending > 0) changed.current = true;
    if (pending > 0 || !changed.current) return;
    const timer = setTimeout(() => {
      changed.current = false;
      void client.invalidateQueries({ queryKey: FACETS_KEY });
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [client, pending]);
}
