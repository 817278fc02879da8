"use client";

import { useEffect, useRef } from "react";
import { Button } from "./Button";

interface LoadMoreProps {
  label: string;
  more: boolean;
  busy: boolean;
  /** Off where reading on by itself might never end, as under a filter that nothing matches. */
  byItself: boolean;
  readOn: () => void;
}

/** Reads the next page as its foot comes near; the button serves those who do not scroll. */
export function LoadMore({ label, more, busy, byItself, readOn }: LoadMoreProps) {
  const foot = useRef<HTMLDivElement>(null);
  const ready = more && !busy && byItself;

  useEffect(() => {
    if (!ready || !foot.current) return;
    // Begins anew after each page, so that a foot still in sight reads on.
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && readOn(),
      { rootMargin: "1200px 0px" },
    );
    observer.observe(foot.current);
    return () => observer.disconnect();
  }, [ready, readOn]);

  if (!more) return null;
  return (
    <div ref={foot} className="flex justify-center py-8">
      <Button onClick={readOn} disabled={busy}>
        {busy ? "Reading on…" : label}
      </Button>
    </div>
  );
}
