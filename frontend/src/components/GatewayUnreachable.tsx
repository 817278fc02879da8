"use client";

import { waitingMessages } from "@/lib/messages/waiting";
import { useMessages } from "@/lib/messages";
import { Button } from "./Button";
import { EmptyState } from "./EmptyState";

/** In place of what cannot be shown. Whoever renders it keeps asking. */
export function GatewayUnreachable({ retryNow }: { retryNow: () => void }) {
  const { unreachable } = useMessages(waitingMessages);
  return (
    <EmptyState heading={unreachable.heading} lit={false} role="status">
      <p>{unreachable.explanation}</p>
      <Button onClick={retryNow}>{unreachable.retryNow}</Button>
    </EmptyState>
  );
}
