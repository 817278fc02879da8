import type { ReactNode } from "react";
import { Wordmark } from "@/components/Wordmark";
import styles from "./Header.module.css";
import { Settings } from "./Settings";

/** The head of every page: its name, and what else the page puts beside it, the settings among it. */
export function Header({ children }: { children?: ReactNode }) {
  return (
    <header className={styles.header} data-alone={!children || undefined}>
      <Wordmark />
      {children ?? <Settings />}
    </header>
  );
}
