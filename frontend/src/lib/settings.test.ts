import { expect, test, vi } from "vitest";
import { apiBaseUrl, settingsError } from "./settings";

const request = (host: string, more: Record<string, string> = {}) => new Headers({ host, ...more });

test.each([
  ["localhost:3000", "http://localhost:4000"],
  ["127.0.0.1:3000", "http://127.0.0.1:4000"],
  ["tasks.lan", "http://tasks.lan:4000"],
])("without a setting the API of a page at %s is at %s", (host, address) => {
  expect(apiBaseUrl(request(host))).toBe(address);
});

test("the gateway's port and the page's scheme are followed", () => {
  vi.stubEnv("GATEWAY_PORT", "4100");
  expect(apiBaseUrl(request("tasks.example", { "x-forwarded-proto": "https" }))).toBe("https://tasks.example:4100");
});

test.each(["a;script-src", "a b", "", "[::1]:3000"])("a Host header of “%s” cannot reach the security policy", (host) => {
  expect(apiBaseUrl(request(host))).toBe("http://localhost:4000");
});

test("a setting counts, whatever the Host header", () => {
  vi.stubEnv("API_BASE_URL", "https://api.example");
  expect(apiBaseUrl(request("127.0.0.1:3000"))).toBe("https://api.example");
});

test.each([
  ["API_BASE_URL", "https://api.example/tasks"],
  ["API_BASE_URL", "https://api.example?a=b"],
  ["API_BASE_URL", "https://api.example#a"],
  ["API_BASE_URL", "https://me:secret@api.example"],
  ["API_BASE_URL", "api.example"],
  ["API_BASE_URL", "localhost:4000"],
  ["API_BASE_URL", "ftp://api.example"],
  ["API_BASE_URL", "http://[::1]:4000"],
  ["GATEWAY_PORT", "http"],
  ["GATEWAY_PORT", "70000"],
  ["PASSWORD_MIN_LENGTH", "six"],
  ["PASSWORD_MIN_LENGTH", "0"],
])("%s=%s is refused by the variable's name, and without what may be secret in it", (name, value) => {
  vi.stubEnv(name, value);
  expect(settingsError()).toMatch(new RegExp(`^${name} must be`));
  expect(settingsError()).not.toContain("secret");
});

test.each(["", "http://localhost:4000", "http://127.0.0.1:4000/", "https://API.example"])("API_BASE_URL=%s is taken", (value) => {
  vi.stubEnv("API_BASE_URL", value);
  expect(settingsError()).toBeUndefined();
});
