import styles from "./Scene.module.css";

/** The town by night, behind the first screen. */
export function Scene() {
  return (
    <div className={styles.scene} aria-hidden="true">
      <div className={styles.moon} />
      <div className={styles.town} />
      <div className={styles.fog} />
    </div>
  );
}
