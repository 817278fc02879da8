import { expect, test } from "vitest";
import { emailError, passwordError, usernameError } from "./validation";

test("a password is measured in bytes at its upper end, as bcrypt measures it", () => {
  expect(passwordError("a".repeat(72))).toBeUndefined();
  expect(passwordError("a".repeat(73))).toMatch("72 bytes");
  expect(passwordError("é".repeat(37))).toMatch("72 bytes");
  expect(passwordError("short")).toMatch("At least 6");
  expect(passwordError("🌙🌙🌙🌙🌙🌙")).toBeUndefined();
});

test("names are measured as the gateway trims them", () => {
  expect(usernameError("  ")).toBeDefined();
  expect(usernameError(` ${"a".repeat(50)} `)).toBeUndefined();
  expect(usernameError("a".repeat(51))).toBeDefined();
});

test("an address needs its parts", () => {
  expect(emailError("alice@mail.example")).toBeUndefined();
  expect(emailError("alice")).toBeDefined();
});
