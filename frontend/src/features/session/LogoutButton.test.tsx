import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { NetworkError } from "@/lib/api/errors";
import { getMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import { renderPage, SignedInProviders } from "@/testing/render";
import { LogoutButton } from "./LogoutButton";
import { Session } from "./session";

const { logout: messages } = getMessages(shellMessages);
const user = userEvent.setup();

test("a logout that the gateway does not hear is tried once, and leaves the focus where it was", async () => {
  let fail: (reason: NetworkError) => void = () => undefined;
  const logout = vi.spyOn(Session.prototype, "logout").mockImplementation(() => new Promise((_, no) => (fail = no)));
  renderPage(
    <SignedInProviders>
      <LogoutButton />
    </SignedInProviders>,
  );
  await user.click(screen.getByRole("button", { name: messages.label.join(" ") }));
  expect(screen.getByRole("button", { name: messages.busy })).toBeEnabled();
  await user.keyboard("{Enter}");
  expect(logout).toHaveBeenCalledTimes(1);
  fail(new NetworkError());
  await screen.findByText(messages.failed);
  expect(screen.getByRole("button", { name: messages.label.join(" ") })).toHaveFocus();
});
