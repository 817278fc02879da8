import { memo } from "react";
import type { Activity } from "@/api/contract";
import { exactWords, hourWords } from "@/clock/time-words";
import { DeedMark } from "@/ornament/DeedMark";
import { Changes } from "./Changes";

/** What each kind of event is called here; a kind that this page does not know speaks for itself. */
const DEEDS: Record<string, string> = {
  TaskCreated: "Sworn",
  TaskUpdated: "Rewritten",
  TaskCompleted: "Completed",
  TaskDeleted: "Discarded",
};

export const Entry = memo(function Entry({ entry, arrived }: { entry: Activity; arrived: boolean }) {
  const deed = DEEDS[entry.type];
  return (
    <li className="entry" data-deed={entry.type} data-arrived={arrived || undefined}>
      <DeedMark type={entry.type} />
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
        <Changes changes={entry.changes} />
      </div>
      <time dateTime={entry.timestamp} title={exactWords(entry.timestamp)} className="entry-hour">
        {hourWords(entry.timestamp)}
      </time>
    </li>
  );
});
