"use client";

import { useSyncExternalStore } from "react";

/**
 * Whether single letters and signs are shortcuts. Whoever speaks to the computer, or often presses a key unawares, turns
 * them off (WCAG 2.2, success criterion 2.1.4); this browser remembers that.
 */
const KEY = "task-hunter.single-keys";
const OFF = "off";

const watchers = new Set<() => void>();
let enabled: boolean | undefined;

export function singleKeysEnabled(): boolean {
  enabled ??= read() !== OFF;
  return enabled;
}

export function enableSingleKeys(on: boolean): void {
  enabled = on;
  write(on);
  for (const changed of watchers) changed();
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(watch, singleKeysEnabled, () => true);
}

function watch(changed: () => void): () => void {
  const inOtherTab = (event: StorageEvent) => {
    if (event.key !== KEY) return;
    enabled = event.newValue !== OFF;
    changed();
  };
  watchers.add(changed);
  window.addEventListener("storage", inOtherTab);
  return () => {
    watchers.delete(changed);
    window.removeEventListener("storage", inOtherTab);
  };
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser may forbid storage altogether
  }
}

function write(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, OFF);
  } catch {
    // It holds until the page is left.
  }
}
