import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";
import { Lantern } from "./ornaments/Lantern";

interface EmptyStateProps {
  heading: string;
  /** 1 where it is all there is on the page. */
  level?: 1 | 2;
  /** Whether the lantern above it burns; without a lantern when left out. */
  lit?: boolean;
  role?: "alert" | "status";
  children: ReactNode;
}

/** In place of a list: there is nothing, or it cannot be shown. */
export function EmptyState({ heading, level = 2, lit, role, children }: EmptyStateProps) {
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <section className={styles.state} role={role}>
      {lit !== undefined && <Lantern lit={lit} />}
      <Heading className={styles.heading}>{heading}</Heading>
      {children}
    </section>
  );
}
