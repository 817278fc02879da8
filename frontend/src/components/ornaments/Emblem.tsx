import styles from "./Emblem.module.css";

/** The mark of this page: a lamp's flame within a pointed arch, over a blade. */
export function Emblem() {
  return (
    <svg viewBox="0 0 40 48" className={styles.emblem} aria-hidden="true">
      <path d="M20 1.5C11 8 6 15.5 6 25v14h28V25c0-9.5-5-17-14-23.5Z" />
      <path d="M20 6.5C13 12 9.5 18 9.5 25.5V39h21V25.5C30.5 18 27 12 20 6.5Z" />
      <path d="M20 13c1.3 5 6.2 7.5 6.2 13.5a6.2 6.2 0 0 1-12.4 0c0-3.2 1.9-5 3.3-7 .2 2.3 1 3.3 2 3.8-.5-3.8.2-7.3.9-10.300Z" />
      <path d="M20 32.5v14M15 36.5h10M3 39h5M32 39h5" />
    </svg>
  );
}
