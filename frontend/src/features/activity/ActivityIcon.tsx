import styles from "./ActivityIcon.module.css";

/** What happened, as a small sign at the margin. */
export function ActivityIcon({ type }: { type: string }) {
  return (
    <svg viewBox="0 0 20 20" className={styles.icon} data-type={type} aria-hidden="true">
      <path d={SIGNS.get(type) ?? "M10 4v12M4 10h12"} />
    </svg>
  );
}

const SIGNS = new Map([
  ["TaskCreated", "M10 2.5 12 8l5.5 2-5.5 2-2 5.5L8 12l-5.5-2L8 8Z"],
  ["TaskUpdated", "M4 16.5c1-5 4.5-10.5 12-13-.5 6-4.5 10-9.5 10.5M4 16.5 9.5 9"],
  ["TaskCompleted", "M4 10.5l4 4.5 8-10.5"],
  ["TaskDeleted", "M4.5 4.5l11 11M15.5 4.5l-11 11"],
]);
