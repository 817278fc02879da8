import type { ReactNode } from "react";
import styles from "./NarrowMain.module.css";

/** One thing in the middle of the window. */
export function NarrowMain({ children }: { children: ReactNode }) {
  return (
    <main id="content" className={styles.main}>
      {children}
    </main>
  );
}
