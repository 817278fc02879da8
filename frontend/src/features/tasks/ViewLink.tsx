import type { MouseEvent, ReactNode } from "react";
import { formatNumber } from "@/lib/messages";
import styles from "./ViewNavigation.module.css";

interface ViewLinkProps {
  /** Of the page, from "?" on. */
  address: string;
  kind?: string;
  current: boolean;
  count?: number | undefined;
  open: () => void;
  children: ReactNode;
}

/** One view in the navigation. */
export function ViewLink({ address, kind, current, count, open, children }: ViewLinkProps) {
  const follow = (event: MouseEvent) => {
    // A new tab or window is the browser's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  };
  return (
    <li>
      <a
        href={`/hunt${address}`}
        className={styles.view}
        aria-current={current ? "page" : undefined}
        data-view={kind}
        onClick={follow}
      >
        <span className={styles.name}>{children}</span> {count ? <span className={styles.count}>{formatNumber(count)}</span> : null}
      </a>
    </li>
  );
}
