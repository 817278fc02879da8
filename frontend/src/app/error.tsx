"use client";

import { useEffect } from "react";
import { Button } from "@/components/Button";
import { EmptyState } from "@/components/EmptyState";
import { useMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { NarrowMain } from "./_shell/NarrowMain";

interface ErrorPageProps {
  error: Error & { digest?: string };
  reset: () => void;
}

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const { crash, tryAgain } = useMessages(commonMessages);
  useEffect(() => reportError(error), [error]);
  return (
    <NarrowMain>
      <EmptyState heading={crash.heading} level={1} lit={false} role="alert">
        <p>{crash.explanation}</p>
        {error.digest && <p><small>{crash.digest(error.digest)}</small></p>}
        <Button onClick={reset}>{tryAgain}</Button>
      </EmptyState>
    </NarrowMain>
  );
}
