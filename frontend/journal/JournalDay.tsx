import type { Activity } from "@/api/contract";
import { dayWords } from "@/clock/time-words";
import { Entry } from "./Entry";
import type { Day } from "./days";

export function JournalDay({ day, arrived }: { day: Day; arrived: (entry: Activity) => boolean }) {
  const headingId = `day-${day.key}`;
  return (
    <section aria-labelledby={headingId} className="journal-day">
      <h2 id={headingId} className="journal-date">
        <time dateTime={day.key}>{dayWords(day.key)}</time>
      </h2>
      <ol className="journal-entries">
        {day.entries.map((entry) => (
          <Entry key={entry.id} entry={entry} arrived={arrived(entry)} />
        ))}
      </ol>
    </section>
  );
}
