import type { HTMLAttributes } from "react";
import styles from "./Frame.module.css";

/** A drawn frame around what belongs together. */
export function Frame({ className = "", ...rest }: HTMLAttributes<HTMLDivElement>) {
  return <div className={`${styles.frame} ${className}`} {...rest} />;
}
