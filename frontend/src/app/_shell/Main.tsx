import type { ReactNode } from "react";
import styles from "./Main.module.css";

/** A page of lists. */
export function Main({ children }: { children: ReactNode }) {
  return (
    <main id="content" className={styles.main}>
      {children}
    </main>
  );
}
