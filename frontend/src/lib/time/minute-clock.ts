const EVERY_MS = 60_000;

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Tells each watcher that time has passed, once a minute while the tab is in sight; one clock for all. */
export function watchMinutes(passed: () => void): () => void {
  if (watchers.size === 0) {
    timer = setInterval(tell, EVERY_MS);
    document.addEventListener("visibilitychange", tell);
  }
  watchers.add(passed);
  return () => {
    watchers.delete(passed);
    if (watchers.size > 0) return;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", tell);
  };
}

function tell(): void {
  if (document.hidden) return;
  for (const passed of watchers) passed();
}
