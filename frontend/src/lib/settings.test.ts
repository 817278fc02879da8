import { expect, test, vi } from "vitest";
import { apiBaseUrl } from "./settings";

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
