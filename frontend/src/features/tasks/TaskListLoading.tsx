/** Alone in its file, for it comes with the first load and the other states of the hunt do not. */
export function TaskListLoading() {
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
