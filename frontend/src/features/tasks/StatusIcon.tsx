import styles from "./StatusIcon.module.css";
import type { Tone } from "./status";

/** The mark of a status: an empty ring, a flame, a broken wax seal, or a rune for any other words. */
export function StatusIcon({ tone }: { tone: Tone }) {
  return (
    <svg viewBox="0 0 36 36" className={styles.icon} data-tone={tone} aria-hidden="true">
      {tone === "completed" ? (
        <>
          <path className={styles.wax} d={WAX} />
          <circle className={styles.press} cx="18" cy="18" r="9.2" />
          <path className={styles.check} d={CHECK} />
        </>
      ) : (
        <>
          <circle className={styles.ring} cx="18" cy="18" r="13" />
          <path className={styles.ticks} d="M18 2.5v4M18 29.5v4M2.5 18h4M29.5 18h4" />
          {tone === "in-progress" && <path className={styles.flame} d={FLAME} />}
          {tone === "other" && <path className={styles.rune} d="M18 10.5v15M13.5 14l4.5 4 4.5-4" />}
          <path className={styles.preview} d={CHECK} />
        </>
      )}
    </svg>
  );
}

const CHECK = "M13.4 18.4l3.3 3.6 6.2-8";
const WAX =
  "M18 3.200c2.2-.9 4.3.5 6.1 1.3 2 .9 4.3 1 5.5 2.9 1.1 1.8.4 3.9 1.3 5.7.9 1.9 2.5 3.5 2.2 5.7-.3 2-2.2 3-2.9 4.9-.7 2-.3 4.4-2 5.8-1.6 1.3-3.8.7-5.7 1.4-1.7.7-3 2.3-5 2.2-2-.1-3.2-1.8-5-2.6-1.8-.8-4.1-.5-5.6-1.9-1.5-1.5-1-3.8-1.7-5.7-.6-1.7-2.3-3-2.3-5 0-2.1 1.7-3.5 2.4-5.4.7-1.9.3-4.2 1.9-5.6 1.5-1.3 3.7-.8 5.5-1.5C14.3 4.8 16 4 18 3.200Z";
const FLAME = "M18 9.5c.8 3 4.8 5 4.8 9.600a4.8 4.8 0 0 1-9.6 0c0-2.1 1.2-3.3 2.2-4.6.2 1.6.8 2.2 1.5 2.5-.4-2.7.2-5.5 1.1-7.5Z";
