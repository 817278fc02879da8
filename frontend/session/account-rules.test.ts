import { expect, test } from "vitest";
import { emailFault, passwordFault, usernameFault } from "./account-rules";

test("a password is measured in bytes at its upper end, as bcrypt measures it", () => {
  expect(passwordFault("a".repeat(72))).toBeUndefined();
  expect(passwordFault("a".repeat(73))).toMatch("72 bytes");
  expect(passwordFault("é".repeat(37))).toMatch("72 bytes");
  expect(passwordFault("short")).toMatch("At least 6");
  expect(passwordFault("🌙🌙🌙🌙🌙🌙")).toBeUndefined();
});

test("names are measured as the gateway trims them", () => {
  expect(usernameFault("  ")).toBeDefined();
  expect(usernameFault(` ${"a".repeat(50)} `)).toBeUndefined();
  expect(usernameFault("a".repeat(51))).toBeDefined();
});

test("an address needs its parts", () => {
  expect(emailFault("eileen@yharnam.example")).toBeUndefined();
  expect(emailFault("eileen")).toBeDefined();
});
