"use client";

import { notifyManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { retryDelay, isTransient } from "@/lib/api/errors";

// Within the event that caused it. By its default, a timer, one or two frames are drawn without the change.
notifyManager.setScheduler(queueMicrotask);

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A silent gateway is asked again until it answers, ever more rarely; a refusal is final.
        retry: (_tries, failure) => isTransient(failure),
        retryDelay,
        // The browser's idea of "offline" says nothing about a gateway on this machine.
        networkMode: "always",
        staleTime: 30_000,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

/** Stands inside the signed-in part: what was read for one person goes when that person does. */
export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(newQueryClient);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
