import type { ReactNode } from "react";
import styles from "./Main.module.css";

/** A page of lists; `wide`: one that has more than a column to show. */
export function Main({ wide, children }: { wide?: boolean; children: ReactNode }) {
  return (
    <main id="content" className={styles.main} data-wide={wide}>
      {children}
    </main>
  );
}
