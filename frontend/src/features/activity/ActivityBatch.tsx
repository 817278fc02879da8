import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { clockTime } from "@/lib/time/format";
import type { Activity } from "@/lib/api/types";
import { ActivityIcon } from "./ActivityIcon";
import { ActivityItem } from "./ActivityItem";
import styles from "./ActivityItem.module.css";
import { type Entry, offerOf, type Undos } from "./entries";
import { UndoButton } from "./UndoButton";

interface ActivityBatchProps {
  entry: Entry;
  /** Whether more of it may not be loaded yet. */
  isCut: boolean;
  isNew: (activity: Activity) => boolean;
  linked: boolean;
  undos: Undos;
}

/** What was done to many tasks at once: one entry, which unfolds, and one undo. */
export function ActivityBatch({ entry, isCut, isNew, linked, undos }: ActivityBatchProps) {
  const { types, many, undone } = useMessages(activityMessages);
  const [first] = entry;
  const known: Record<string, string> = types;
  const kinds = new Set(entry.map(({ type }) => type));
  const kind = kinds.size === 1 && Object.hasOwn(known, first.type) ? first.type : "TaskUpdated";
  const count = many(entry.length, isCut);
  const offer = offerOf(entry, undos);
  return (
    <li className={styles.item} data-new={isNew(first) || undefined}>
      <ActivityIcon type={kind} />
      <details className={styles.text}>
        <summary className={styles.sentence}>
          <span className={styles.type}>{known[kind]}</span> <span className={styles.title}>{count}</span>
        </summary>
        <ol>
          {entry.map((activity) => (
            <ActivityItem key={activity.id} activity={activity} isNew={false} linked={linked} undos={undos} />
          ))}
        </ol>
      </details>
      <div className={styles.aside}>
        <time dateTime={first.timestamp} className={styles.time}>
          {clockTime(first.timestamp)}
        </time>
        {offer && <UndoButton entry={entry} offer={offer} what={`${known[kind]}: ${count}`} />}
        {entry.every((activity) => undos.of(activity)) && <span className={styles.note}>{undone.isUndone}</span>}
      </div>
    </li>
  );
}
