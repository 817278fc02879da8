"use client";

import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { tabStorage } from "@/lib/tab-storage";
import { holdInPlace, type RowPosition, rowPosition } from "./scroll-position";

interface Paged {
  pages: number;
  more: boolean;
  busy: boolean;
  readOn: () => void;
}

/** With how many pages it took to get there: the row itself may be gone by the time one is back. */
type StoredPosition = RowPosition & { pages: number };

const KEY = "place";
const HANDS = ["wheel", "touchstart", "keydown", "pointerdown"] as const;

/** Comes back to the contract one left at, after another page, a reload or a login, reading as far as it takes. */
export function useScrollRestoration(list: RefObject<HTMLElement | null>, { pages, more, busy, readOn }: Paged): void {
  const wanted = useRef<StoredPosition>(undefined);
  const holding = useRef<AbortController>(undefined);

  useEffect(() => {
    wanted.current = tabStorage.read<StoredPosition>(KEY);
    // The browser would scroll by the pixel, to where the row was before the rows above it had their heights.
    window.history.scrollRestoration = "manual";
    const letGo = () => {
      wanted.current = undefined;
      holding.current?.abort();
    };
    for (const hand of HANDS) window.addEventListener(hand, letGo, { passive: true });
    return () => {
      letGo();
      window.history.scrollRestoration = "auto";
      for (const hand of HANDS) window.removeEventListener(hand, letGo);
    };
  }, []);

  useEffect(() => {
    const place = wanted.current;
    if (!place || !list.current || pages === 0) return;
    const row = list.current.querySelector<HTMLElement>(`[data-task="${CSS.escape(place.id)}"]`);
    if (row) {
      wanted.current = undefined;
      holding.current = new AbortController();
      holdInPlace(row, place.top, holding.current.signal);
    } else if (!busy) {
      // One more than it took: contracts sworn elsewhere meanwhile have pushed it down.
      if (more && pages <= place.pages) readOn();
      else wanted.current = undefined; // discarded elsewhere
    }
  }, [list, pages, more, busy, readOn]);

  const loaded = useRef(pages);
  useEffect(() => {
    loaded.current = pages;
  }, [pages]);

  // As the rows leave the document, or the document the window: no work while one scrolls.
  useLayoutEffect(() => {
    const keep = () => {
      if (wanted.current || !list.current) return;
      const place = rowPosition(list.current);
      if (place) tabStorage.write(KEY, { ...place, pages: loaded.current } satisfies StoredPosition);
      else tabStorage.drop(KEY);
    };
    const keepWhenHidden = () => document.visibilityState === "hidden" && keep();
    window.addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", keepWhenHidden);
    return () => {
      window.removeEventListener("pagehide", keep);
      document.removeEventListener("visibilitychange", keepWhenHidden);
      keep();
    };
  }, [list]);
}
