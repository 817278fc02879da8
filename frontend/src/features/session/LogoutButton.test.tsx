import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import { fakeGateway } from "@/testing/fake-gateway";
import { renderPage, SignedInProviders } from "@/testing/render";
import { LogoutButton } from "./LogoutButton";
import { Session } from "./session";

const { logout: messages } = getMessages(shellMessages);
const user = userEvent.setup();

test("a logout is tried once, and waits no longer for what is on its way than a person would", async () => {
  vi.stubGlobal("fetch", fakeGateway([]).fetch);
  const logout = vi.spyOn(Session.prototype, "logout").mockResolvedValue();
  renderPage(
    <SignedInProviders>
      <LogoutButton beforeLogout={() => new Promise(() => undefined)} />
    </SignedInProviders>,
  );
  await user.click(await screen.findByRole("button", { name: messages.label }));
  expect(screen.getByRole("button", { name: messages.busy })).toBeEnabled();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(logout).toHaveBeenCalled());
  expect(logout).toHaveBeenCalledTimes(1);
});
