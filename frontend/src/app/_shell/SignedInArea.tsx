"use client";

import type { ReactNode } from "react";
import { TaskMutationsProvider } from "@/features/tasks";
import { QueryProvider } from "@/lib/query/QueryProvider";
import { SignedInShell } from "./SignedInShell";

/** Everything the signed-in pages share. */
export default function SignedInArea({ children }: { children: ReactNode }) {
  return (
    <QueryProvider>
      <TaskMutationsProvider>
        <SignedInShell>{children}</SignedInShell>
      </TaskMutationsProvider>
    </QueryProvider>
  );
}
