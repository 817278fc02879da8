import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { viewMessages } from "@/lib/messages/views";
import { personStorage } from "@/lib/person-storage";
import { fakeGateway } from "@/testing/fake-gateway";
import { renderPage, SignedInProviders } from "@/testing/render";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";
import { useTasksAddress } from "./use-tasks-address";

const { navigation } = getMessages(viewMessages);
const user = userEvent.setup();

function AddressOfTasks() {
  return <p>{useTasksAddress()}</p>;
}

function openJournal() {
  window.history.replaceState(null, "", "/journal");
  renderPage(
    <SignedInProviders>
      <AddressOfTasks />
    </SignedInProviders>,
  );
}

test("the journal leads back to the view and the filters that one left", async () => {
  const page = openTasksPage(fakeGateway([aTask({ title: "Oil", priority: 3 })]), "/hunt?view=inbox&priority=3&task=7");
  await screen.findByText("Oil");
  page.unmount();
  openJournal();
  expect(await screen.findByText("/hunt?view=inbox&priority=3")).toBeVisible();
});

test("what cannot have been written by this page leads to all tasks", async () => {
  personStorage("alice").write("view", { to: "//elsewhere.test" });
  vi.stubGlobal("fetch", fakeGateway([]).fetch);
  openJournal();
  expect(await screen.findByText("/hunt")).toBeVisible();
});

test("each view is scrolled to where one left it", async () => {
  const scrolled = vi.spyOn(window, "scrollBy").mockImplementation(() => undefined);
  const place = vi.spyOn(Element.prototype, "getBoundingClientRect");
  const first = aTask({ title: "Oil", list: "Home" });
  openTasksPage(fakeGateway([first, aTask({ title: "Wicks" })]), "/hunt");
  await screen.findByText("Oil");
  vi.spyOn(window, "scrollY", "get").mockReturnValue(400);
  place.mockReturnValue(new DOMRect(0, -10, 0, 40));
  await user.click(within(screen.getByRole("navigation", { name: navigation })).getByRole("link", { name: /^Home/ }));
  await waitFor(() => expect(screen.queryByText("Wicks")).not.toBeInTheDocument());
  expect(personStorage("alice").read("position")).toEqual({ id: first._id, top: -10, pages: 1 });

  place.mockReturnValue(new DOMRect(0, 100, 0, 40));
  act(() => window.history.back());
  await waitFor(() => expect(scrolled).toHaveBeenCalledWith({ top: 110, behavior: "instant" }));
});
