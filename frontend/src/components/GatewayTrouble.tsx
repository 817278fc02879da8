"use client";

import { troubleOf } from "@/lib/api/errors";
import { waitingMessages } from "@/lib/messages/waiting";
import { useMessages } from "@/lib/messages";
import { Button } from "./Button";
import { EmptyState } from "./EmptyState";

interface GatewayTroubleProps {
  failure: unknown;
  retryNow: () => void;
}

/** In place of what cannot be shown. Whoever renders it keeps asking. */
export function GatewayTrouble({ failure, retryNow }: GatewayTroubleProps) {
  const messages = useMessages(waitingMessages);
  const { kind, seconds } = troubleOf(failure);
  const { heading, explanation } = messages.trouble[kind];
  return (
    <EmptyState heading={heading} lit={false} role="status">
      <p>{explanation(seconds)}</p>
      <Button onClick={retryNow}>{messages.retryNow}</Button>
    </EmptyState>
  );
}
