import styles from "./Skeleton.module.css";

/** A pale shape where something is about to stand; its size is its class's. */
export function Skeleton({ className }: { className: string | undefined }) {
  return <span className={`${styles.skeleton} ${className}`} aria-hidden="true" />;
}
