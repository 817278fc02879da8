import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Unreachable } from "@/api/failure";
import { QueryProvider } from "@/gateway/QueryProvider";
import { ContractChangesProvider } from "@/hunt/ContractChanges";
import { NoticeProvider } from "@/notice/NoticeProvider";
import { Session } from "@/session/session";
import { SessionProvider } from "@/session/SessionProvider";
import { SeverConnection } from "./SeverConnection";

const hand = userEvent.setup();

test("a logout that the gateway does not hear is tried once, and leaves the focus where it was", async () => {
  let fail: (reason: Unreachable) => void = () => undefined;
  const logout = vi.spyOn(Session.prototype, "logout").mockImplementation(() => new Promise((_, no) => (fail = no)));
  render(
    <SessionProvider baseUrl="http://gateway.test">
      <NoticeProvider>
        <QueryProvider>
          <ContractChangesProvider>
            <SeverConnection />
          </ContractChangesProvider>
        </QueryProvider>
      </NoticeProvider>
    </SessionProvider>,
  );
  await hand.click(screen.getByRole("button", { name: /Sever/ }));
  expect(screen.getByRole("button", { name: "Severing…" })).toBeEnabled();
  await hand.keyboard("{Enter}");
  expect(logout).toHaveBeenCalledTimes(1);
  fail(new Unreachable());
  await screen.findByText(/The connection still stands/);
  expect(screen.getByRole("button", { name: /Sever connection/ })).toHaveFocus();
});
