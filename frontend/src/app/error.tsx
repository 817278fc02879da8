"use client";

import { useEffect } from "react";
import { Button } from "@/components/Button";
import { Lantern } from "@/components/ornaments/Lantern";

interface ErrorPageProps {
  error: Error & { digest?: string };
  reset: () => void;
}

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  useEffect(() => reportError(error), [error]);
  return (
    <main id="content" className="gate">
      <section className="quiet-state" role="alert">
        <Lantern lit={false} />
        <h1>A nightmare, swiftly ended</h1>
        <p>Something on this page broke. What you had sworn is safe at the gateway; try again, and it should be here.</p>
        {error.digest && <p className="text-sm">Its mark: {error.digest}</p>}
        <Button onClick={reset}>Try again</Button>
      </section>
    </main>
  );
}
