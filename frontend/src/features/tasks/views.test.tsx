import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";

const messages = getMessages(taskMessages);
const views = getMessages(viewMessages);
const user = userEvent.setup();

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = fakeGateway([aTask({ title: "Oil", list: "Home" }), aTask({ title: "Wicks", labels: ["errand"] })]);
  openTasksPage(gateway, "/hunt");
  await screen.findByText("Oil");
});

const titles = () => within(screen.getByRole("list", { name: messages.list })).getAllByRole("heading").map(({ textContent }) => textContent);
const view = (name: string) => within(screen.getByRole("navigation", { name: views.navigation })).getByRole("link", { name: new RegExp(`^${name}`) });
const search = () => screen.getByRole("searchbox");

test("a list is a view, and Back leads to the one before", async () => {
  await user.click(await waitFor(() => view("Home")));
  await waitFor(() => expect(titles()).toEqual(["Oil"]));
  expect(view("Home")).toHaveAttribute("aria-current", "page");
  act(() => window.history.back());
  await waitFor(() => expect(titles()).toEqual(["Oil", "Wicks"]));
});

test("a completed task leaves the list and its count at once, and the switch shows it", async () => {
  await waitFor(() => expect(view("Home")).toHaveTextContent("1"));
  await user.click(screen.getByRole("button", { name: messages.row.completed("Oil") }));
  expect(titles()).toEqual(["Wicks"]);
  expect(screen.queryByRole("link", { name: /^Home/ })).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: views.filters.completed }));
  await waitFor(() => expect(screen.getByText("Oil")).toBeVisible());
});

test("a row that was created here keeps the focus when the list is read anew", async () => {
  await user.type(screen.getByLabelText(messages.quickAdd.label), "Ring the bell{Enter}");
  await waitFor(() => expect(gateway.tasks).toHaveLength(3));
  await waitFor(() => expect(screen.getByRole("button", { name: "Ring the bell" })).toBeEnabled());
  gateway.tasks.push(aTask({ title: "Ashes", status: "Completed" }));
  screen.getByRole("button", { name: "Ring the bell" }).focus();
  fireEvent.click(screen.getByRole("button", { name: views.filters.completed }));
  await screen.findByText("Ashes");
  expect(screen.getByRole("button", { name: "Ring the bell" })).toHaveFocus();
});

test("a row that comes back by an undo has the focus again, unless that was moved meanwhile", async () => {
  const title = (text: string) => screen.getByRole("button", { name: text });
  const discardAndUndo = async (meanwhile: () => void) => {
    title("Oil").focus();
    await user.keyboard("d");
    await waitFor(() => expect(screen.queryByRole("button", { name: "Oil" })).toBeNull());
    meanwhile();
    fireEvent.click(screen.getByRole("button", { name: new RegExp(messages.undo.action) }));
    await screen.findByRole("button", { name: "Oil" });
  };
  await discardAndUndo(() => expect(title("Wicks")).toHaveFocus());
  expect(title("Oil")).toHaveFocus();
  await discardAndUndo(() => screen.getByRole("button", { name: views.filters.completed }).focus());
  expect(screen.getByRole("button", { name: views.filters.completed })).toHaveFocus();
});

test("what was deleted is in the trash, and comes back from there", async () => {
  await user.click(screen.getByRole("button", { name: messages.row.delete("Oil") }));
  window.dispatchEvent(new Event("pagehide"));
  await waitFor(() => expect(gateway.trash).toHaveLength(1));
  await user.click(view(views.names.trash));
  await user.click(await screen.findByRole("button", { name: views.trash.restoreTask("Oil") }));
  await waitFor(() => expect(gateway.trash).toHaveLength(0));
  await user.click(view(views.names.all));
  await waitFor(() => expect(titles()).toContain("Oil"));
});

test("what is written in a view belongs to it", async () => {
  await user.click(await waitFor(() => view("#errand")));
  await user.type(screen.getByLabelText(messages.quickAdd.label), "Ring the bell{Enter}");
  await waitFor(() => expect(gateway.tasks[0]).toMatchObject({ title: "Ring the bell", labels: ["errand"] }));
  expect(titles()).toEqual(["Ring the bell", "Wicks"]);
});

test("the gateway is searched, the hits are marked, and Escape clears the words unless it ends a conversion", async () => {
  await user.type(search(), "wick");
  expect(screen.getByText("Wick", { selector: "mark" })).toBeVisible();
  await waitFor(() => expect(titles()).toEqual(["Wicks"]));
  // A slow machine may ask for the first letters on their own, and show what they find.
  await waitFor(() => expect(gateway.reads.some((query) => query.includes("q=wick"))).toBe(true));
  fireEvent.keyDown(search(), { key: "Escape", isComposing: true });
  expect(search()).toHaveValue("wick");
  await user.keyboard("{Escape}");
  expect(search()).toHaveValue("");
  await waitFor(() => expect(titles()).toEqual(["Oil", "Wicks"]));
});
