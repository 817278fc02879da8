"use client";

import type { ReactNode } from "react";
import { NoticeProvider } from "@/components/notices/NoticeProvider";
import { LiveProvider } from "@/features/live";
import { TaskMutationsProvider } from "@/features/tasks";
import { QueryProvider } from "@/lib/query/QueryProvider";
import { SignedInShell } from "./SignedInShell";

/** Everything the signed-in pages share. It goes with the person: nobody reads another's list or notices. */
export default function SignedInArea({ children }: { children: ReactNode }) {
  return (
    <NoticeProvider>
      <QueryProvider>
        <LiveProvider>
          <TaskMutationsProvider>
            <SignedInShell>{children}</SignedInShell>
          </TaskMutationsProvider>
        </LiveProvider>
      </QueryProvider>
    </NoticeProvider>
  );
}
