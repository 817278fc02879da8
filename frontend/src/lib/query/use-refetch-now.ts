"use client";

import { type QueryKey, useQueryClient } from "@tanstack/react-query";

/** Asks again at once. `refetch` alone would join the request that waits for its next try. */
export function useRefetchNow(queryKey: QueryKey): () => void {
  const client = useQueryClient();
  return () => void client.cancelQueries({ queryKey }).then(() => client.refetchQueries({ queryKey }));
}
