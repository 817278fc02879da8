import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { NetworkError } from "@/lib/api/errors";
import { NoticeProvider } from "@/components/notices/NoticeProvider";
import { Session } from "./session";
import { SessionProvider } from "./SessionProvider";
import { LogoutButton } from "./LogoutButton";

const hand = userEvent.setup();

test("a logout that the gateway does not hear is tried once, and leaves the focus where it was", async () => {
  let fail: (reason: NetworkError) => void = () => undefined;
  const logout = vi.spyOn(Session.prototype, "logout").mockImplementation(() => new Promise((_, no) => (fail = no)));
  render(
    <SessionProvider baseUrl="http://gateway.test">
      <NoticeProvider>
        <LogoutButton />
      </NoticeProvider>
    </SessionProvider>,
  );
  await hand.click(screen.getByRole("button", { name: /Sever/ }));
  expect(screen.getByRole("button", { name: "Severing…" })).toBeEnabled();
  await hand.keyboard("{Enter}");
  expect(logout).toHaveBeenCalledTimes(1);
  fail(new NetworkError());
  await screen.findByText(/The connection still stands/);
  expect(screen.getByRole("button", { name: /Sever connection/ })).toHaveFocus();
});
