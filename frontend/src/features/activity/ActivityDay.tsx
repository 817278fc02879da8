import type { Activity } from "@/lib/api/types";
import { dayName } from "@/lib/time/format";
import { ActivityItem } from "./ActivityItem";
import type { Day } from "./days";

export function ActivityDay({ day, arrived }: { day: Day; arrived: (entry: Activity) => boolean }) {
  const headingId = `day-${day.key}`;
  return (
    <section aria-labelledby={headingId} className="journal-day">
      <h2 id={headingId} className="journal-date">
        <time dateTime={day.key}>{dayName(day.key)}</time>
      </h2>
      <ol className="journal-entries">
        {day.entries.map((entry) => (
          <ActivityItem key={entry.id} entry={entry} arrived={arrived(entry)} />
        ))}
      </ol>
    </section>
  );
}
