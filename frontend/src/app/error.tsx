"use client";

import { useEffect } from "react";
import { Button } from "@/components/Button";
import { EmptyState } from "@/components/EmptyState";
import { useMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { NarrowMain } from "./_shell/NarrowMain";

/**
 * Not Next's `reset`, which draws the same again: a part of the page that could not be loaded stays rejected for as long
 * as the document lives, and after an upgrade its file is gone.
 */
const tryAgainAnew = () => window.location.reload();

export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  const { crash, tryAgain } = useMessages(commonMessages);
  useEffect(() => reportError(error), [error]);
  return (
    <NarrowMain>
      <EmptyState heading={crash.heading} level={1} lit={false} role="alert">
        <p>{crash.explanation}</p>
        {error.digest && <p><small>{crash.digest(error.digest)}</small></p>}
        <Button onClick={tryAgainAnew}>{tryAgain}</Button>
      </EmptyState>
    </NarrowMain>
  );
}
