import { Divider } from "./ornaments/Divider";
import styles from "./PageTitle.module.css";

export function PageTitle({ children }: { children: string }) {
  return (
    <div className={styles.title}>
      <h1 className={styles.heading}>{children}</h1>
      <div className={styles.ornament}>
        <Divider />
      </div>
    </div>
  );
}
