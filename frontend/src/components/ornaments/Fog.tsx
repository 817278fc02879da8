import styles from "./Fog.module.css";

/**
 * Drifts behind the open pages, and lies still for those who asked for less motion. Not behind the lists: without
 * a graphics card its layers cost more of each frame of scrolling than all the rows.
 */
export function Fog() {
  return (
    <div className={styles.fog} aria-hidden="true">
      <span className={styles.bank} />
      <span className={`${styles.bank} ${styles.bankFar}`} />
    </div>
  );
}
