"use client";

import { useEffect } from "react";
import { Button } from "@/components/Button";
import { EmptyState } from "@/components/EmptyState";
import { useMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { NarrowMain } from "./_shell/Main";
import styles from "./error.module.css";

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
        {error.digest && <p className={styles.digest}>{crash.digest(error.digest)}</p>}
        <Button onClick={reset}>{tryAgain}</Button>
      </EmptyState>
    </NarrowMain>
  );
}
