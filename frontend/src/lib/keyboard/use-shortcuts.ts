"use client";

import { useEffectEvent, useLayoutEffect } from "react";

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/** Single keys, anywhere on the page but where someone types, and not while a dialog is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const run = shortcuts[event.key];
    if (!run) return;
    event.preventDefault();
    // A key held down repeats itself: good for walking on, not for discarding row after row.
    if (event.repeat && !event.key.startsWith("Arrow")) return;
    run(event);
  });
  // Before it is drawn: what is seen can be used.
  useLayoutEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}
