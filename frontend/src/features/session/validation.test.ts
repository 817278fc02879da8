import { expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { registrationMessages } from "@/lib/messages/registration";
import { emailError, passwordError, usernameError } from "./validation";

const { errors } = getMessages(registrationMessages);

test("a password is measured in bytes at its upper end, as bcrypt measures it", () => {
  expect(passwordError("a".repeat(72), 6)).toBeUndefined();
  expect(passwordError("a".repeat(73), 6)).toBe(errors.passwordLong(72));
  expect(passwordError("é".repeat(37), 6)).toBe(errors.passwordLong(72));
  expect(passwordError("short", 6)).toBe(errors.passwordShort(6));
  expect(passwordError("🌙🌙🌙🌙🌙🌙", 6)).toBeUndefined();
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
