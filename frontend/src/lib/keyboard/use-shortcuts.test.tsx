import { fireEvent, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { enableSingleKeys } from "./single-keys";
import { useShortcuts } from "./use-shortcuts";

const keys = { d: vi.fn(), "?": vi.fn(), ArrowDown: vi.fn() };

function Keys() {
  useShortcuts(keys);
  return null;
}

beforeEach(() => {
  for (const key of Object.values(keys)) key.mockClear();
  render(<Keys />);
});
afterEach(() => enableSingleKeys(true));

const press = (init: KeyboardEventInit) => fireEvent.keyDown(document.body, init);

test("a key held down acts once, but the arrows walk on", () => {
  for (const key of ["d", "ArrowDown"]) {
    press({ key });
    press({ key, repeat: true });
    press({ key, repeat: true });
  }
  expect(keys.d).toHaveBeenCalledTimes(1);
  expect(keys.ArrowDown).toHaveBeenCalledTimes(3);
});

test.each([
  ["Caps Lock", { key: "D", code: "KeyD" }],
  ["a Cyrillic layout", { key: "в", code: "KeyD" }],
  ["a Cyrillic layout and Caps Lock", { key: "В", code: "KeyD" }],
  ["a Greek layout", { key: "δ", code: "KeyD" }],
  ["a layout that has the letter elsewhere", { key: "d", code: "KeyH" }],
])("a letter is its key under %s", (_layout, pressed) => {
  press(pressed);
  expect(keys.d).toHaveBeenCalledTimes(1);
});

test.each([
  ["with Shift", { key: "D", code: "KeyD", shiftKey: true }],
  ["as another Latin letter at its place", { key: "e", code: "KeyD" }],
  ["while an input method composes", { key: "d", code: "KeyD", isComposing: true }],
  ["with Control", { key: "d", code: "KeyD", ctrlKey: true }],
])("a letter is no key %s", (_how, pressed) => {
  press(pressed);
  expect(keys.d).not.toHaveBeenCalled();
});

test("letters and signs can be turned off, for this browser; the arrows stay", () => {
  enableSingleKeys(false);
  for (const key of Object.keys(keys)) press({ key });
  expect(keys.d).not.toHaveBeenCalled();
  expect(keys["?"]).not.toHaveBeenCalled();
  expect(keys.ArrowDown).toHaveBeenCalledTimes(1);
  expect(localStorage.length).toBe(1);
  enableSingleKeys(true);
  press({ key: "d" });
  expect(keys.d).toHaveBeenCalledTimes(1);
  expect(localStorage.length).toBe(0);
});
