import { useMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import styles from "./UnreachableBanner.module.css";

/** Above what was read before the gateway fell silent. */
export function UnreachableBanner() {
  const { unreachable } = useMessages(shellMessages);
  return (
    <p role="status" className={styles.banner}>
      <span aria-hidden="true" className={styles.light} />
      {unreachable}
    </p>
  );
}
