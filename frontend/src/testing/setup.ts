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
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};
window.scrollTo = () => undefined;

const router = { replace: () => undefined, push: () => undefined, refresh: () => undefined };

vi.mock("next/navigation", () => ({
  usePathname: () => window.location.pathname,
  useSearchParams: () => new URLSearchParams(window.location.search),
  useRouter: () => router,
}));
