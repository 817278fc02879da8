import Link from "next/link";
import { Button } from "@/components/Button";
import { Lantern } from "@/components/ornaments/Lantern";

export function ActivityLoading() {
  return (
    <div role="status" className="journal-day">
      <span className="sr-only">Opening the journal…</span>
      {["w-1/2", "w-2/3", "w-2/5", "w-3/5"].map((width) => (
        <div key={width} className="entry" aria-hidden="true">
          <span className="bone size-5 rounded-full" />
          <span className={`bone h-4 ${width}`} />
        </div>
      ))}
    </div>
  );
}

export function ActivityEmpty() {
  return (
    <section className="quiet-state">
      <Lantern lit />
      <h2>Not a line is written</h2>
      <p>
        Whatever you swear, rewrite, complete or discard in <Link href="/hunt" className="link">the hunt</Link> is set
        down here within a moment.
      </p>
    </section>
  );
}

/** The way back to the whole journal stands above it. */
export function TaskActivityEmpty() {
  return (
    <section className="quiet-state">
      <Lantern lit />
      <h2>Nothing is written of this contract</h2>
      <p>Either it was sworn a moment ago, and the ink is wet, or no contract of yours ever bore this mark.</p>
    </section>
  );
}

export function TaskUnknown() {
  return (
    <section className="quiet-state" role="alert">
      <Lantern lit={false} />
      <h2>There is no such contract</h2>
      <p>The address that led here names none. What is written stands elsewhere.</p>
      <Link href="/journal" className="link">
        Open the whole journal
      </Link>
    </section>
  );
}

export function ActivityError({ words, again }: { words: string; again: () => void }) {
  return (
    <section className="quiet-state" role="alert">
      <Lantern lit={false} />
      <h2>The journal stays shut</h2>
      <p>{words}</p>
      <Button onClick={again}>Try again</Button>
    </section>
  );
}
