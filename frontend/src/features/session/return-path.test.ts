import { expect, test } from "vitest";
import { loginPath, returnPath } from "./return-path";

test("login leads back to where one was, with its filter", () => {
  const login = new URL(loginPath("/hunt?state=Completed"), "http://page.test");
  expect(returnPath(login.searchParams.get("next"))).toBe("/hunt?state=Completed");
});

test.each([
  "https://evil.test",
  "//evil.test",
  "/\\evil.test",
  "/.//evil.test/path",
  "/..//evil.test",
  "/%2e%2e//evil.test",
  "/.\\/evil.test",
  "/hunt/..//evil.test",
  "/\t/evil.test",
  "/\t/[",
  "javascript:alert(1)",
  "",
  null,
])("login never leads to %j", (asked) => {
  expect(returnPath(asked)).toBe("/hunt");
});
