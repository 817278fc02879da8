import { memo } from "react";
import type { Activity } from "@/lib/api/types";
import { exactTime, clockTime } from "@/lib/time/format";
import { ActivityIcon } from "./ActivityIcon";
import { FieldChanges } from "./FieldChanges";

/** What each kind of event is called here; a kind that this page does not know speaks for itself. */
const DEEDS: Record<string, string> = {
  TaskCreated: "Sworn",
  TaskUpdated: "Rewritten",
  TaskCompleted: "Completed",
  TaskDeleted: "Discarded",
};

export const ActivityItem = memo(function ActivityItem({ entry, arrived }: { entry: Activity; arrived: boolean }) {
  const deed = DEEDS[entry.type];
  return (
    <li className="entry" data-deed={entry.type} data-arrived={arrived || undefined}>
      <ActivityIcon type={entry.type} />
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere">
          {deed ? (
            <>
              <span className="entry-deed">{deed}</span> <bdi className="entry-title">{entry.taskTitle}</bdi>
            </>
          ) : (
            entry.message
          )}
        </p>
        <FieldChanges changes={entry.changes} />
      </div>
      <time dateTime={entry.timestamp} title={exactTime(entry.timestamp)} className="entry-hour">
        {clockTime(entry.timestamp)}
      </time>
    </li>
  );
});
