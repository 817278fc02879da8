import { Button } from "@/controls/Button";
import { Lantern } from "@/ornament/Lantern";

export function HuntLoading() {
  return (
    <div role="status" className="contracts">
      <span className="sr-only">Reading your contracts…</span>
      {["w-3/5", "w-2/5", "w-1/2", "w-3/4", "w-1/3"].map((width) => (
        <div key={width} className="contract" aria-hidden="true">
          <span className="bone size-9 rounded-full" />
          <span className="grid flex-1 gap-2.5 py-1">
            <span className={`bone h-4 ${width}`} />
            <span className="bone h-3 w-24" />
          </span>
        </div>
      ))}
    </div>
  );
}

export function HuntEmpty() {
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

export function HuntNoMatch({ loaded, total, clear }: { loaded: number; total: number; clear: () => void }) {
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

export function HuntRefused({ words, again }: { words: string; again: () => void }) {
  return (
    <section className="quiet-state" role="alert">
      <Lantern lit={false} />
      <h2>The contracts cannot be read</h2>
      <p>{words}</p>
      <Button onClick={again}>Try again</Button>
    </section>
  );
}
