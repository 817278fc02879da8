"use client";

import { useState } from "react";

const KEY = "task-hunter.rows";
const ROOMY = "roomy";

/** Whether the rows are roomy rather than dense; this browser remembers it. */
export function useRoomyRows(): [boolean, (roomy: boolean) => void] {
  const [roomy, setRoomy] = useState(isRoomy);
  const choose = (chosen: boolean) => {
    setRoomy(chosen);
    remember(chosen);
  };
  return [roomy, choose];
}

function isRoomy(): boolean {
  try {
    return localStorage.getItem(KEY) === ROOMY;
  } catch {
    return false; // a browser may forbid storage altogether
  }
}

function remember(roomy: boolean): void {
  try {
    if (roomy) localStorage.setItem(KEY, ROOMY);
    else localStorage.removeItem(KEY);
  } catch {
    // It holds until the page is left.
  }
}
