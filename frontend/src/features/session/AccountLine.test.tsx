import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { fakeGateway } from "@/testing/fake-gateway";
import { renderPage, SignedInProviders } from "@/testing/render";
import { answer } from "@/testing/session";
import { AccountLine, AccountName } from "./AccountLine";

const account = (
  <SignedInProviders>
    <AccountLine />
    <AccountName />
    <p>the page</p>
  </SignedInProviders>
);

test("it says who is signed in, as the gateway does, and asks once", async () => {
  const gateway = fakeGateway([], "alice");
  const fetch = vi.fn(gateway.fetch);
  vi.stubGlobal("fetch", fetch);
  renderPage(account);
  expect(await screen.findByText("alice@example.com")).toBeVisible();
  expect(screen.getAllByText("alice")).toHaveLength(2);
  expect(fetch.mock.calls.filter(([url]) => String(url).endsWith("/api/users/me"))).toHaveLength(1);
});

test("without an answer the page stands without a name", async () => {
  const gateway = fakeGateway([]);
  const fetch = vi.fn<typeof gateway.fetch>(async (input, init) =>
    String(input).endsWith("/me") ? answer(404, { message: "No" }) : gateway.fetch(input, init),
  );
  vi.stubGlobal("fetch", fetch);
  renderPage(account);
  expect(await screen.findByText("the page")).toBeVisible();
  await waitFor(() => expect(fetch.mock.calls.some(([url]) => String(url).endsWith("/me"))).toBe(true));
  expect(screen.queryByText("alice")).not.toBeInTheDocument();
});
