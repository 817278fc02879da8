"use client";

import { useEffectEvent, useLayoutEffect } from "react";
import { singleKeysEnabled } from "./single-keys";

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/**
 * Single keys, anywhere on the page but where someone types, and not while a dialog stands before it. Arrows belong to
 * what stands beside the page while the focus is there: they scroll it.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]:not([data-beside])")) return;
    const key = keyOf(event);
    if (key.startsWith("Arrow") && isBeside(event.target)) return;
    if (!Object.hasOwn(shortcuts, key) || (isCharacter(key) && !singleKeysEnabled())) return;
    event.preventDefault();
    // A key held down repeats itself: good for walking on, not for discarding row after row.
    if (event.repeat && !key.startsWith("Arrow")) return;
    shortcuts[key]?.(event);
  });
  // Before it is drawn: what is seen can be used.
  useLayoutEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

/**
 * The shortcut that was meant: a small letter under Caps Lock, too; and with a layout of another script, where "d" cannot
 * be typed, the key that stands where "d" stands on a Latin keyboard. Shift and a letter mean no shortcut.
 */
function keyOf({ key, code, shiftKey }: KeyboardEvent): string {
  if (!/^\p{L}$/u.test(key)) return key;
  if (shiftKey) return "";
  const letter = key.toLowerCase();
  return /^\p{Script=Latin}$/u.test(letter) ? letter : code.replace(/^Key/, "").toLowerCase();
}

const isCharacter = (key: string) => key.length === 1;

const isBeside = (target: EventTarget | null) => target instanceof Element && target.closest("[data-beside]") !== null;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}
