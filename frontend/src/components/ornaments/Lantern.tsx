import styles from "./Lantern.module.css";

/** A lantern, burning or out. */
export function Lantern({ lit }: { lit: boolean }) {
  return (
    <svg viewBox="0 0 96 132" className={styles.lantern} data-lit={lit || undefined} aria-hidden="true">
      <circle cx="48" cy="76" r="46" />
      <g>
        <path d="M48 2v10M48 12c-7 0-11 5-11 11 0 4 3 7 6 7M48 12c7 0 11 5 11 11 0 4-3 7-6 7" />
        <path d="M48 24 26 46h44L48 24ZM48 24v-6M22 46h52v6H22z" />
        <path d="M28 52v46M68 52v46M40 52v46M56 52v46" />
        <path d="M28 60c4-5 8-5 12 0M40 60c5-6 11-6 16 0M56 60c4-5 8-5 12 0" />
        <path d="M22 98h52v6H22zM30 104l6 12h24l6-12M48 116v12M42 128h12" />
      </g>
      <path d="M48 62c2 8 9 12 9 21a9 9 0 0 1-18 0c0-5 3-8 5-11 0 3 1 5 3 6-1-6 0-11 1-16Z" />
    </svg>
  );
}
