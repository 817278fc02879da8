"use client";

import { useEffect, useRef } from "react";

interface Place {
  y: number;
  pages: number;
}

interface Paged {
  pages: number;
  more: boolean;
  busy: boolean;
  readOn: () => void;
}

const KEY = "task-hunter.place";
const HANDS = ["wheel", "touchstart", "keydown", "pointerdown"] as const;

/** Comes back to where the list was left, after another page or a reload, reading as far as it had been read. */
export function useKeptPlace({ pages, more, busy, readOn }: Paged): void {
  const wanted = useRef<Place>(undefined);

  useEffect(() => {
    wanted.current = read();
    const forget = () => (wanted.current = undefined);
    for (const hand of HANDS) window.addEventListener(hand, forget, { once: true, passive: true });
    return () => {
      for (const hand of HANDS) window.removeEventListener(hand, forget);
    };
  }, []);

  useEffect(() => {
    const place = wanted.current;
    if (!place || pages === 0 || busy) return;
    if (pages < place.pages && more) readOn();
    else {
      window.scrollTo({ top: place.y, behavior: "instant" });
      wanted.current = undefined;
    }
  }, [pages, more, busy, readOn]);

  useEffect(() => {
    const keep = () => {
      if (!wanted.current && pages > 0) write({ y: window.scrollY, pages });
    };
    window.addEventListener("scrollend", keep);
    return () => window.removeEventListener("scrollend", keep);
  }, [pages]);
}

function read(): Place | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function write(place: Place): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(place));
  } catch {
    // Storage may be forbidden or full; the place is a convenience.
  }
}
