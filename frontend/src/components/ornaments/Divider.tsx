import styles from "./Divider.module.css";

/** A line that swells into a small blade at its middle. */
export function Divider() {
  return (
    <svg viewBox="0 0 320 20" className={styles.divider} aria-hidden="true">
      <path d="M0 10h122M198 10h122" className={styles.line} />
      <path d="M122 10c10 0 14-5 22-5 6 0 8 5 16 5s10-5 16-5c8 0 12 5 22 5-10 0-14 5-22 5-6 0-8-5-16-5s-10 5-16 5c-8 0-12-5-22-5Z" className={styles.line} />
      <path d="m160 1 4 9-4 9-4-9Z" className={styles.heart} />
    </svg>
  );
}
