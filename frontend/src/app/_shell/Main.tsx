import type { ReactNode } from "react";
import styles from "./Main.module.css";

/** A page of lists. */
export function Main({ children }: { children: ReactNode }) {
  return (
    <main id="content" className={styles.page}>
      {children}
    </main>
  );
}

/** One thing in the middle of the window. */
export function NarrowMain({ children }: { children: ReactNode }) {
  return (
    <main id="content" className={styles.narrow}>
      {children}
    </main>
  );
}
