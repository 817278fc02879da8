import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { savedViewMessages } from "@/lib/messages/saved-views";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import { browserStorage } from "@/lib/person-storage";
import { fakeGateway } from "@/testing/fake-gateway";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";
import { MOST_VIEWS, SavedViews } from "./saved-views";
import { NO_FILTER } from "./task-filter";

const { navigation, saved: inNavigation } = getMessages(viewMessages);
const messages = getMessages(savedViewMessages);
const { undo } = getMessages(taskMessages);
const user = userEvent.setup();

async function open(address: string, userId = "alice") {
  const page = openTasksPage(fakeGateway([aTask({ title: "Oil", priority: 3 }), aTask({ title: "Wicks" })], userId), address);
  await screen.findByText("Oil");
  return page;
}

const press = (name: string) => user.click(screen.getByRole("button", { name }));
const views = () => within(screen.getByRole("navigation", { name: navigation })).queryAllByRole("link");
const view = (name: string) => views().find((link) => link.textContent?.trim() === name);
const named = (name: string) => ({ name, address: "?q=oil" });
const stored = (userId = "alice") => new SavedViews(browserStorage(userId)).current().map(({ name }) => name);

async function saveAs(name: string) {
  await press(stored().length > 0 ? inNavigation.manage : inNavigation.saveThis);
  await user.click(await screen.findByLabelText(messages.name));
  await user.paste(name);
  await press(messages.save);
}

test("a view is saved with its filters, and opened again with all of them", async () => {
  const address = "?list=Home&priority=3&completed=shown&q=oil&sort=title&order=desc";
  const page = openTasksPage(fakeGateway([aTask({ title: "Oil", list: "Home", priority: 3 })]), `/hunt${address}`);
  await screen.findByText("Oil");
  await saveAs("  Lamps  ");
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(view("Lamps")).toHaveAttribute("aria-current", "page");
  page.unmount();

  await open("/hunt");
  expect(view("Lamps")).not.toHaveAttribute("aria-current");
  await user.click(view("Lamps") as HTMLElement);
  expect(window.location.search).toBe(address);
  act(() => window.history.back());
  await waitFor(() => expect(window.location.search).toBe(""));
});

test("another person at the same browser sees none of them", async () => {
  const page = await open("/hunt?sort=title");
  await saveAs("Alice's own");
  page.unmount();
  await open("/hunt", "bob");
  expect(view("Alice's own")).toBeUndefined();
  expect(stored("bob")).toEqual([]);
});

test("a view is renamed, but not like another one, and deleted with an undo", async () => {
  browserStorage("alice").write("saved-views", [named("One"), named("Two")]);
  await open("/hunt");
  await press(inNavigation.manage);
  await user.click(await screen.findByRole("button", { name: messages.renameView("One") }));
  const field = screen.getByLabelText(messages.newName("One"));
  expect(field).toHaveFocus();
  await user.clear(field);
  await user.paste("two");
  await press(messages.rename);
  expect(field).toHaveAccessibleDescription(messages.taken);
  await user.clear(field);
  await user.paste("Three");
  await press(messages.rename);
  expect(stored()).toEqual(["Three", "Two"]);
  expect(screen.getByRole("button", { name: messages.renameView("Three") })).toHaveFocus();
  await user.keyboard("{Enter}");
  await press(messages.cancel);
  expect(screen.getByRole("button", { name: messages.renameView("Three") })).toHaveFocus();

  await press(messages.deleteView("Two"));
  expect(stored()).toEqual(["Three"]);
  expect(screen.getByRole("button", { name: undo.action })).toHaveFocus();
  await user.keyboard("{Enter}");
  expect(stored()).toEqual(["Three", "Two"]);
  expect(screen.getByRole("button", { name: messages.deleteView("Two") })).toHaveFocus();
});

test("saving under a name in use replaces that view; a name too long, or none, is refused", async () => {
  browserStorage("alice").write("saved-views", [named("One")]);
  await open("/hunt?priority=3");
  await saveAs("x".repeat(51));
  const field = screen.getByLabelText(messages.name);
  expect(field).toBeInvalid();
  await user.clear(field);
  expect(field).toHaveAccessibleDescription(messages.missing);
  await user.paste("ONE");
  await press(messages.save);
  expect(new SavedViews(browserStorage("alice")).current()).toEqual([{ name: "ONE", address: "?priority=3" }]);
});

test("what another window saves is here at once", async () => {
  await open("/hunt");
  browserStorage("alice").write("saved-views", [named("From elsewhere")]);
  act(() => void window.dispatchEvent(new StorageEvent("storage")));
  expect(view("From elsewhere")).toBeDefined();
});

test.each([
  ["no JSON", "{"],
  ["no list", '{"name": "One"}'],
  ["no views", '[null, 7, "One", [], {}, {"name": 7, "address": ""}, {"name": " ", "address": ""}]'],
  ["too much", JSON.stringify([{ name: "x".repeat(51), address: "" }, { name: "One", address: `?q=${"x".repeat(2_000)}` }])],
])("what is in the storage and means %s is ignored", (_, text) => {
  localStorage.setItem("task-hunter.alice.saved-views", text);
  expect(stored()).toEqual([]);
});

test("of what is in the storage addresses mean what they can, and no more than the bound is read", () => {
  const foreign = { name: "One", address: "?view=moon&q=oil&task=7&next=//elsewhere.test" };
  const many = Array.from({ length: 40 }, (_, index) => named(`View ${index}`));
  browserStorage("alice").write("saved-views", [foreign, { ...foreign, name: "one" }, ...many]);
  const views = new SavedViews(browserStorage("alice"));
  expect(views.current()[0]).toEqual({ name: "One", address: "?q=oil" });
  expect(views.current()).toHaveLength(MOST_VIEWS);
  views.save("One more", { view: { kind: "all" }, ...NO_FILTER });
  expect(stored()).not.toContain("One more");
});
