"use client";

import type { ReactNode } from "react";
import { GatewayUnreachable } from "@/components/GatewayUnreachable";
import { TaskListLoading } from "@/features/tasks";
import { useSession } from "@/features/session";
import { Wordmark } from "@/components/Wordmark";

/** What stands around a signed-in page before it is known who is in. */
function SignedInFrame({ children }: { children: ReactNode }) {
  return (
    <>
      <header className="header">
        <Wordmark />
      </header>
      <main id="content" className="page">
        {children}
      </main>
    </>
  );
}

/** The page as it will stand, without its words. */
export function SessionLoading() {
  return (
    <SignedInFrame>
      <div className="bone mx-auto mt-1 mb-9 h-18 w-64" />
      <TaskListLoading />
    </SignedInFrame>
  );
}

export function SessionUnreachable() {
  const session = useSession();
  return (
    <SignedInFrame>
      <GatewayUnreachable retryNow={() => void session.wake()} />
    </SignedInFrame>
  );
}
