import { troubleOf } from "@/lib/api/errors";
import { useMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import styles from "./TroubleBanner.module.css";

/** Above what was read before the gateway's answers stopped coming. */
export function TroubleBanner({ failure }: { failure: unknown }) {
  const { trouble } = useMessages(shellMessages);
  const { kind, seconds } = troubleOf(failure);
  return (
    <p role="status" className={styles.banner}>
      <span aria-hidden="true" className={styles.light} />
      <span>{trouble[kind](seconds)}</span>
    </p>
  );
}
