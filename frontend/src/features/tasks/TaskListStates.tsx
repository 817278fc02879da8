import { Button } from "@/components/Button";
import { Lantern } from "@/components/ornaments/Lantern";

export function TaskListEmpty() {
  return (
    <section className="quiet-state">
      <Lantern lit />
      <h2>The night is quiet</h2>
      <p>
        No contract binds you. Name your prey in the line above, or press <kbd className="key">n</kbd> to write one out in
        full.
      </p>
    </section>
  );
}

export function TaskListNoMatch({ loaded, total, clear }: { loaded: number; total: number; clear: () => void }) {
  return (
    <section className="quiet-state" role="status">
      <h2>No trace of it</h2>
      <p>
        {loaded < total
          ? `None of the ${loaded.toLocaleString("en")} contracts read so far matches; ${(total - loaded).toLocaleString("en")} are still unread.`
          : "No contract matches."}
      </p>
      <Button onClick={clear}>Show them all</Button>
    </section>
  );
}

export function TaskListError({ words, again }: { words: string; again: () => void }) {
  return (
    <section className="quiet-state" role="alert">
      <Lantern lit={false} />
      <h2>The contracts cannot be read</h2>
      <p>{words}</p>
      <Button onClick={again}>Try again</Button>
    </section>
  );
}
