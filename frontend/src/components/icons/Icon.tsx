import type { ReactNode } from "react";
import styles from "./Icon.module.css";

/** All drawn for this page on a 24 grid, in the colour of the words beside them. They are never the only name. */
export function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={styles.icon}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}
