"use client";

import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { useApi } from "@/features/session";
import { hasRoom, holdInPlace, type RowPosition, rowPosition } from "./scroll-position";

interface ScrollRestorationProps {
  list: RefObject<HTMLElement | null>;
  /** Each has a position of its own, and needs a component of its own (`key`). */
  view: string;
  pages: number;
  more: boolean;
  busy: boolean;
  loadMore: () => void;
}

/** With how many pages it took to get there: the row itself may be gone by the time one is back. */
type StoredPosition = RowPosition & { pages: number };

const KEY = "position";
const INPUTS = ["wheel", "touchstart", "keydown", "pointerdown"] as const;

/**
 * Comes back to the row one left at, after another view or page, a reload or a login, loading as many pages as it takes.
 * The browser cannot: its own restoration runs before those pages are there.
 *
 * It stands before the list: React takes it away first, and so it still finds the rows of the view that is left.
 */
export function ScrollRestoration({ list, view, pages, more, busy, loadMore }: ScrollRestorationProps) {
  const { storage } = useApi();
  const key = `${KEY}${view}`;
  const wanted = useRef<StoredPosition>(undefined);
  const holding = useRef<AbortController>(undefined);

  useEffect(() => {
    wanted.current = storage.read<StoredPosition>(key);
    // The rows of the view before may have been scrolled.
    if (!wanted.current) window.scrollTo({ top: 0, behavior: "instant" });
    // The browser would scroll by the pixel, to where the row was before the rows above it had their heights.
    window.history.scrollRestoration = "manual";
    const letGo = () => {
      wanted.current = undefined;
      holding.current?.abort();
    };
    for (const input of INPUTS) window.addEventListener(input, letGo, { passive: true });
    return () => {
      letGo();
      window.history.scrollRestoration = "auto";
      for (const input of INPUTS) window.removeEventListener(input, letGo);
    };
  }, [key, storage]);

  useEffect(() => {
    const position = wanted.current;
    if (!position || !list.current || pages === 0) return;
    const row = list.current.querySelector<HTMLElement>(`[data-task="${CSS.escape(position.id)}"]`);
    if (row) {
      holding.current?.abort();
      holding.current = new AbortController();
      // At the foot of the pages that are there it cannot come up far enough: the next page makes room.
      if (!more || hasRoom(row, position.top)) wanted.current = undefined;
      else if (!busy) loadMore();
      holdInPlace(row, position.top, holding.current.signal);
    } else if (!busy) {
      // One more than it took: tasks created elsewhere meanwhile have pushed it down.
      if (more && pages <= position.pages) loadMore();
      else wanted.current = undefined; // deleted elsewhere
    }
  }, [list, pages, more, busy, loadMore]);

  const loaded = useRef(pages);
  useEffect(() => {
    loaded.current = pages;
  }, [pages]);

  // As the rows leave the document, or the document the window: no work while one scrolls.
  useLayoutEffect(() => {
    const keep = () => {
      if (wanted.current || !list.current) return;
      const position = rowPosition(list.current);
      if (position) storage.write(key, { ...position, pages: loaded.current } satisfies StoredPosition);
      else storage.drop(key);
    };
    const keepWhenHidden = () => document.visibilityState === "hidden" && keep();
    window.addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", keepWhenHidden);
    return () => {
      window.removeEventListener("pagehide", keep);
      document.removeEventListener("visibilitychange", keepWhenHidden);
      keep();
    };
  }, [key, list, storage]);

  return null;
}
