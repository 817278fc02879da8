import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { useTaskFilter } from "./use-task-filter";

beforeEach(() => window.history.replaceState(null, "", "/hunt"));

test.each([
  ["Not Started", "?state=Not%20Started"],
  ["a+b & c", "?state=a%2Bb%20%26%20c"],
  ["half \ud83d", "?state=half%20%EF%BF%BD"],
  [undefined, ""],
])("the state “%s” stands in the address as %s", (status, search) => {
  const { result } = renderHook(() => useTaskFilter());
  act(() => result.current[1]({ status }));
  expect(window.location.search).toBe(search);
});
