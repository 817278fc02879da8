import { memo } from "react";
import { Button } from "@/components/Button";
import { TextLink } from "@/components/TextLink";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import type { Activity } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { undoMessages } from "@/lib/messages/undo";
import { clockTime, exactTime } from "@/lib/time/format";
import { ActivityIcon } from "./ActivityIcon";
import styles from "./ActivityItem.module.css";
import { offerOf, type Undos } from "./entries";
import FieldChanges from "./FieldChanges";
import { UndoButton, useSentence } from "./UndoButton";

interface ActivityItemProps {
  activity: Activity;
  /** Whether it happened while the page was open. */
  isNew: boolean;
  /** Whether the title leads to the task. */
  linked: boolean;
  undos: Undos;
  /** Offers to go back to how the task was after it. */
  restore?: ((activity: Activity) => void) | undefined;
}

export const ActivityItem = memo(Item, isSame);

function Item({ activity, isNew, linked, undos, restore }: ActivityItemProps) {
  const messages = useMessages(activityMessages);
  const { ofEntry } = useMessages(undoMessages);
  const sentence = useSentence();
  const { times } = messages;
  const types: Record<string, string> = messages.types;
  const type = Object.hasOwn(types, activity.type) ? types[activity.type] : undefined;
  const offer = offerOf([activity], undos);
  const time = exactTime(activity.timestamp);
  return (
    <li className={styles.item} data-new={isNew || undefined}>
      <ActivityIcon type={activity.type} />
      <div className={styles.text}>
        <p className={styles.sentence}>
          {/* A kind that this page does not know speaks for itself. */}
          {type ? (
            <>
              <span className={styles.type}>{type}</span> <Title activity={activity} linked={linked} />
            </>
          ) : (
            activity.message
          )}
        </p>
        <UndoNote activity={activity} undos={undos} />
        {/* What a task was made with is seen in the task. */}
        {activity.type !== "TaskCreated" && <FieldChanges changes={activity.changes} />}
      </div>
      <div className={styles.aside}>
        <time dateTime={activity.timestamp} title={times(time, exactTime(activity.recordedAt))} className={styles.time}>
          {clockTime(activity.timestamp)}
        </time>
        {offer && <UndoButton entry={[activity]} offer={offer} what={sentence(activity)} />}
        {restore && (
          <Button look="text" onClick={() => restore(activity)}>
            <span aria-hidden="true">{messages.version.restore}</span>
            <VisuallyHidden>{ofEntry(messages.version.restoreThis, time)}</VisuallyHidden>
          </Button>
        )}
      </div>
    </li>
  );
}

/** What was undone since is looked up anew for each activity that comes: only those that it is about are drawn anew. */
function isSame({ undos, ...before }: ActivityItemProps, { undos: others, ...after }: ActivityItemProps): boolean {
  const { activity } = after;
  return (
    before.activity === activity &&
    before.isNew === after.isNew &&
    before.linked === after.linked &&
    before.restore === after.restore &&
    undos.of(activity) === others.of(activity) &&
    undos.causeOf(activity) === others.causeOf(activity)
  );
}

function Title({ activity: { taskId, taskTitle }, linked }: Pick<ActivityItemProps, "activity" | "linked">) {
  const title = <bdi className={styles.title}>{taskTitle}</bdi>;
  // Not prefetched: each entry leads to the same page.
  return linked ? <TextLink href={`/hunt?task=${taskId}`} prefetch={false}>{title}</TextLink> : title;
}

/** That it was undone, and what it undid itself. */
function UndoNote({ activity, undos }: Pick<ActivityItemProps, "activity" | "undos">) {
  const { undone } = useMessages(activityMessages);
  const sentence = useSentence();
  const cause = undos.causeOf(activity);
  const told = undos.takesBack(activity) ? undone.takesBack : undone.doesAgain;
  return (
    <>
      {activity.causedBy !== null && <p className={styles.note}>{cause ? told(sentence(cause)) : undone.older}</p>}
      {undos.of(activity) && <p className={styles.note}>{undone.isUndone}</p>}
    </>
  );
}
