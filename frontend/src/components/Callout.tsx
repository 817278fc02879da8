import type { ReactNode } from "react";
import styles from "./Callout.module.css";

interface CalloutProps {
  tone: "danger" | "info";
  children: ReactNode;
}

/** A sentence that must not be missed. */
export function Callout({ tone, children }: CalloutProps) {
  return (
    <p className={styles.callout} data-tone={tone}>
      {children}
    </p>
  );
}
