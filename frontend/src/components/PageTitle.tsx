import { Divider } from "./ornaments/Divider";
import styles from "./PageTitle.module.css";

interface PageTitleProps {
  /** One low line, where what stands beneath it is to be in sight. */
  slim?: boolean;
  children: string;
}

export function PageTitle({ slim = false, children }: PageTitleProps) {
  return (
    <div className={styles.title} data-slim={slim || undefined}>
      <h1 className={styles.heading}>{children}</h1>
      {!slim && (
        <div className={styles.ornament}>
          <Divider />
        </div>
      )}
    </div>
  );
}
