import type { ReactNode } from "react";
import styles from "./VisuallyHidden.module.css";

/** Words for those who listen to the page. */
export function VisuallyHidden({ children, role }: { children: ReactNode; role?: "status" }) {
  return <span role={role} className={styles.hidden}>{children}</span>;
}
