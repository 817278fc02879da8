import { useId } from "react";
import type { Task } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { panelMessages } from "@/lib/messages/panel";
import { countDone, withChanged } from "./checklist";
import styles from "./TaskChecklist.module.css";

interface TaskChecklistProps {
  checklist: Task["checklist"];
  change: (checklist: Task["checklist"]) => void;
}

/** The checklist to read, ticked in place. */
export function TaskChecklist({ checklist, change }: TaskChecklistProps) {
  const { ticked } = useMessages(panelMessages);
  const fields = useMessages(fieldMessages);
  const headingId = useId();
  return (
    <section aria-labelledby={headingId}>
      <h3 id={headingId} className={styles.heading}>
        <span>{fields.checklist}</span> <span className={styles.count}>{ticked(countDone(checklist), checklist.length)}</span>
      </h3>
      <ul className={styles.items}>
        {checklist.map(({ id, text, done }) => (
          <li key={id}>
            <label className={styles.item} data-done={done || undefined}>
              <input
                type="checkbox"
                className={styles.box}
                checked={done}
                onChange={(event) => change(withChanged(checklist, id, { done: event.target.checked }))}
              />
              <span className={styles.text}>{text}</span>
            </label>
          </li>
        ))}
      </ul>
    </section>
  );
}
