import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { QueryProvider } from "@/lib/query/QueryProvider";
import { SessionProvider } from "@/features/session";
import { accessToken, answer } from "@/testing/session";
import ActivityView from "./ActivityView";

/** Opens the journal at this address; the gateway answers every reading of it alike. */
function open(address: string, reading: (url: string) => Response) {
  window.history.replaceState(null, "", address);
  vi.stubGlobal("fetch", async (url: string) =>
    url.endsWith("/refresh") ? answer(200, { accessToken: accessToken("hunter") }) : reading(url),
  );
  render(
    <SessionProvider baseUrl="http://gateway.test">
      <QueryProvider>
        <ActivityView />
      </QueryProvider>
    </SessionProvider>,
  );
}

const nothing = () => answer(200, { activities: [], nextCursor: null });
const wayBack = () => screen.getByRole("link", { name: "Open the whole journal" });

test("an address that cannot be a contract's says so and leads back, with nothing to try again", async () => {
  open("/journal?task=zzz", () => answer(400, { message: "Invalid input", errors: [{ field: "taskId", message: "no" }] }));
  await screen.findByRole("heading", { name: "There is no such contract" });
  expect(wayBack()).toHaveAttribute("href", "/journal");
  expect(screen.queryByRole("button")).not.toBeInTheDocument();
});

test("a contract of which nothing is written is not taken for an empty journal", async () => {
  open(`/journal?task=${"0".repeat(24)}`, nothing);
  await screen.findByRole("heading", { name: "Nothing is written of this contract" });
  expect(wayBack()).toHaveAttribute("href", "/journal");
});

test.each(["/journal", "/journal?task="])("an empty journal at %s says where its lines come from", async (address) => {
  open(address, (url) => (url.includes("taskId") ? answer(400, { message: "Invalid input" }) : nothing()));
  await screen.findByRole("heading", { name: "Not a line is written" });
  expect(screen.queryByRole("link", { name: "Open the whole journal" })).not.toBeInTheDocument();
});
