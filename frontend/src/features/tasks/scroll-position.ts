/** A row, and how far its upper edge was below that of the window, in CSS pixels. */
export interface RowPosition {
  id: string;
  top: number;
}

/** The first row in sight; undefined at the head of the page, where one may as well begin anew. */
export function rowPosition(list: HTMLElement): RowPosition | undefined {
  if (window.scrollY < 1) return undefined;
  for (const row of list.querySelectorAll<HTMLElement>("[data-task]")) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > 0 && row.dataset.task) return { id: row.dataset.task, top };
  }
  return undefined;
}

/** Whether there is enough below `row` to scroll it to `top`. */
export function hasRoom(row: HTMLElement, top: number): boolean {
  const below = document.documentElement.scrollHeight - window.innerHeight - window.scrollY;
  return row.getBoundingClientRect().top - top <= below;
}

/** Counted in frames, not in time: on a slow machine heights take as many frames, and longer. */
const SETTLED_FRAMES = 10;
const MOST_FRAMES = 200;

/**
 * Scrolls `row` to `top`, again in each frame until it stays: rows get their own heights only when they come
 * near the window, and push the others about.
 */
export function holdInPlace(row: HTMLElement, top: number, signal: AbortSignal): void {
  let frames = 0;
  let settled = 0;
  const hold = () => {
    if (signal.aborted || !row.isConnected || settled === SETTLED_FRAMES || ++frames > MOST_FRAMES) return;
    const off = row.getBoundingClientRect().top - top;
    // At the foot of the page it can be that no scrolling brings it nearer: that is settled, too.
    const before = window.scrollY;
    if (Math.abs(off) >= 1) window.scrollBy({ top: off, behavior: "instant" });
    settled = window.scrollY === before ? settled + 1 : 0;
    requestAnimationFrame(hold);
  };
  hold();
}
