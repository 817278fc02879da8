import { useMessages } from "@/lib/messages";
import { bulkMessages } from "@/lib/messages/bulk";
import type { ListedTask } from "./pending-changes";
import styles from "./SelectBox.module.css";

interface SelectBoxProps {
  task: ListedTask;
  selected: boolean;
  select: (task: ListedTask) => void;
}

/** Selects the row. It is seen while the row has the pointer or the focus, and as long as any row is selected. */
export function SelectBox({ task, selected, select }: SelectBoxProps) {
  const messages = useMessages(bulkMessages);
  return (
    <input
      type="checkbox"
      className={styles.box}
      aria-label={messages.select(task.title)}
      checked={selected}
      disabled={!task.stored}
      onChange={() => select(task)}
    />
  );
}
