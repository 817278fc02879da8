"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useEffect, useRef } from "react";
import { isBeside } from "@/components/SidePanel";

const NAME = "task";

/** Which task is open beside the list: it stands in the address, so that a link and a reload lead to it. */
export function useOpenTask() {
  const path = usePathname();
  const id = useSearchParams().get(NAME) || undefined;
  /** On a sheet, Back closes it: whether this page made a step in the history to open it, which closing takes back. */
  const stepped = useRef(false);
  useEffect(() => {
    if (!id) stepped.current = false;
  }, [id]);

  const open = useCallback(
    (next: string) => {
      const address = new URLSearchParams(window.location.search);
      if (isOpen(next)) return;
      const steps = !address.has(NAME) && !isBeside();
      address.set(NAME, next);
      window.history[steps ? "pushState" : "replaceState"](null, "", `${path}?${address}`);
      stepped.current ||= steps;
    },
    [path],
  );

  /** `only`: nothing is closed if another task is open. */
  const close = useCallback((only?: string) => {
    const address = new URLSearchParams(window.location.search);
    if (only ? !isOpen(only) : !address.has(NAME)) return;
    if (stepped.current) return window.history.back();
    address.delete(NAME);
    window.history.replaceState(null, "", [path, address.toString()].filter(Boolean).join("?"));
  }, [path]);

  return { id, open, close, isOpen };
}

/** By the address as it is now: a render may be behind. */
const isOpen = (id: string): boolean => new URLSearchParams(window.location.search).get(NAME) === id;
