"use client";

import { useEffect, useRef } from "react";
import { controlMessages } from "@/lib/messages/controls";
import { useMessages } from "@/lib/messages";
import { Button } from "./Button";
import styles from "./LoadMore.module.css";

interface LoadMoreProps {
  label: string;
  more: boolean;
  busy: boolean;
  /** Off where loading by itself might never end, as under a filter that nothing matches. */
  automatic: boolean;
  loadMore: () => void;
}

/** Loads the next page as its foot comes near; the button serves those who do not scroll. */
export function LoadMore({ label, more, busy, automatic, loadMore }: LoadMoreProps) {
  const { loadingMore } = useMessages(controlMessages);
  const foot = useRef<HTMLDivElement>(null);
  const ready = more && !busy && automatic;

  useEffect(() => {
    if (!ready || !foot.current) return;
    // Begins anew after each page, so that a foot still in sight loads on.
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && loadMore(),
      { rootMargin: "1200px 0px" },
    );
    observer.observe(foot.current);
    return () => observer.disconnect();
  }, [ready, loadMore]);

  if (!more) return null;
  return (
    <div ref={foot} className={styles.foot}>
      <Button onClick={loadMore} disabled={busy}>
        {busy ? loadingMore : label}
      </Button>
    </div>
  );
}
