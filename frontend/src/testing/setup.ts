import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, expect, vi } from "vitest";
import { correctClock } from "@/lib/time/clock";
import { textsWithSiblings } from "./translation";

configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  const mixed = textsWithSiblings(document.body);
  cleanup();
  correctClock(Date.now());
  localStorage.clear();
  sessionStorage.clear();
  expect(mixed, "each text stands alone in its element").toEqual([]);
});

// jsdom knows the element but not its modal methods.
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.show = HTMLDialogElement.prototype.showModal;
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};
window.scrollTo = () => undefined;
// Nor media queries: the window is a wide one.
window.matchMedia = (media) => Object.assign(new EventTarget(), { media, matches: media.includes("width >=") }) as MediaQueryList;

const router = { replace: () => undefined, push: () => undefined, refresh: () => undefined };

// As Next.js does: whoever reads the address hears of its changes.
const addressReaders = new Set<() => void>();
for (const method of ["pushState", "replaceState"] as const) {
  const original = window.history[method].bind(window.history);
  window.history[method] = (...change) => {
    original(...change);
    for (const changed of addressReaders) changed();
  };
}

vi.mock("next/navigation", async () => {
  const { useMemo, useSyncExternalStore } = await import("react");
  const watch = (changed: () => void) => {
    addressReaders.add(changed);
    window.addEventListener("popstate", changed);
    return () => {
      addressReaders.delete(changed);
      window.removeEventListener("popstate", changed);
    };
  };
  return {
    usePathname: () => window.location.pathname,
    useSearchParams: () => {
      const search = useSyncExternalStore(watch, () => window.location.search);
      return useMemo(() => new URLSearchParams(search), [search]);
    },
    useRouter: () => router,
  };
});
