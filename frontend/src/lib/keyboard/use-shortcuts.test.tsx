import { fireEvent, render } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { useShortcuts } from "./use-shortcuts";

const keys = { d: vi.fn(), ArrowDown: vi.fn() };

function Keys() {
  useShortcuts(keys);
  return null;
}

test("a key held down acts once, but the arrows walk on", () => {
  render(<Keys />);
  for (const key of ["d", "ArrowDown"]) {
    fireEvent.keyDown(document.body, { key });
    fireEvent.keyDown(document.body, { key, repeat: true });
    fireEvent.keyDown(document.body, { key, repeat: true });
  }
  expect(keys.d).toHaveBeenCalledTimes(1);
  expect(keys.ArrowDown).toHaveBeenCalledTimes(3);
});
