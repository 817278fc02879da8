import { useQuery } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { ApiError } from "@/lib/api/errors";
import { QueryProvider } from "./QueryProvider";
import { useGatewayTrouble } from "./use-gateway-trouble";

function Trouble() {
  return <p>{useGatewayTrouble() ? "Trouble" : "None"}</p>;
}

function Asking({ enabled }: { enabled: boolean }) {
  useQuery({ queryKey: ["something"], queryFn: () => Promise.reject(new ApiError({ status: 503, message: "" })), enabled });
  return null;
}

const page = (asking?: { enabled: boolean }) => (
  <QueryProvider>
    <Trouble />
    {asking && <Asking {...asking} />}
  </QueryProvider>
);

test.each([
  ["one has left what waited for it", undefined],
  ["it is no longer asked for", { enabled: false }],
])("an answer that does not come is trouble until %s", async (_how, then) => {
  const { rerender } = render(page({ enabled: true }));
  await screen.findByText("Trouble");
  rerender(page(then));
  await waitFor(() => expect(screen.getByText("None")).toBeVisible());
});
