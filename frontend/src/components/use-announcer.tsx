"use client";

import { type ReactNode, useCallback, useRef } from "react";
import styles from "./VisuallyHidden.module.css";

interface Announcer {
  /** Says what others see happen. The words stay until the next are said. */
  say: (words: string) => void;
  /** To be rendered from the start: screen readers announce only what enters a live region. */
  region: ReactNode;
}

/** The region's words are no state: to say something must not draw a thousand rows. */
export function useAnnouncer(): Announcer {
  const element = useRef<HTMLDivElement>(null);
  const say = useCallback((words: string) => {
    if (element.current) element.current.textContent = words;
  }, []);
  return { say, region: <div ref={element} role="status" className={styles.hidden} /> };
}
