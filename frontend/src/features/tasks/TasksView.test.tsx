import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { controlMessages } from "@/lib/messages/controls";
import { shellMessages } from "@/lib/messages/shell";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { renderPage, SignedInProviders } from "@/testing/render";
import { answer } from "@/testing/session";
import { aTask } from "@/testing/tasks";
import TasksView from "./TasksView";

const views = getMessages(viewMessages);
const common = getMessages(commonMessages);
const messages = getMessages(taskMessages);
const { notices } = getMessages(shellMessages);
const { quickAdd } = messages;

let gateway: FakeGateway;
const user = userEvent.setup();

beforeEach(async () => {
  window.history.replaceState(null, "", "/hunt?completed=shown");
  gateway = fakeGateway([aTask({ title: "Buy lamp oil", version: 3 }), aTask({ title: "Call the plumber" })]);
  vi.stubGlobal("fetch", gateway.fetch);
  renderPage(
    <SignedInProviders>
      <TasksView />
    </SignedInProviders>,
  );
  await screen.findByText("Buy lamp oil");
});

const row = (title: string) => screen.getByText(title).closest("li")!;
const shownTitles = () => screen.queryAllByRole("heading", { level: 2 }).map((heading) => heading.textContent);
const completeButton = (title: string) =>
  within(row(title)).getByRole("button", { name: messages.row.completed(title) });
const deleteButton = (title: string) => within(row(title)).getByRole("button", { name: messages.row.delete(title) });
const moveTo = (status: string) => within(row("Buy lamp oil")).getByTitle(messages.row.moveToHint(status), { exact: false });

/** Holds the next write back, as a slow gateway does. */
function holdNextWrite() {
  let release: (response: Response) => void = () => undefined;
  gateway.nextWrite = () => new Promise((resolve) => (release = resolve));
  return (response: Response) => release(response);
}

test("a new task stands in the list before the gateway has stored it, and stays", async () => {
  const release = holdNextWrite();
  await user.type(screen.getByLabelText(quickAdd.label), "Find the bell{Enter}");
  expect(shownTitles()[0]).toBe("Find the bell");
  expect(row("Find the bell")).toHaveAttribute("aria-busy");
  release(answer(201, { msg: "", task: aTask({ title: "Find the bell" }) }));
  await waitFor(() => expect(row("Find the bell")).not.toHaveAttribute("aria-busy"));
  expect(shownTitles()).toEqual(["Find the bell", "Buy lamp oil", "Call the plumber"]);
});

test("a task the gateway refuses leaves the list, with a word about why", async () => {
  gateway.nextWrite = () => answer(400, { message: "Validation failed", errors: [{ field: "title", message: "forbidden" }] });
  await user.type(screen.getByLabelText(quickAdd.label), "Find the bell{Enter}");
  await screen.findByText(/forbidden/);
  expect(shownTitles()).toEqual(["Buy lamp oil", "Call the plumber"]);
});

test("completing shows at once, and goes back with a word when the gateway refuses", async () => {
  const release = holdNextWrite();
  await user.click(completeButton("Buy lamp oil"));
  expect(completeButton("Buy lamp oil")).toHaveAttribute("aria-pressed", "true");
  release(answer(503, { message: "Service Error or Unavailable" }));
  await screen.findByText(messages.errors.failed.update("Buy lamp oil"), { exact: false });
  expect(completeButton("Buy lamp oil")).toHaveAttribute("aria-pressed", "false");
});

test.each([
  ["lost", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["too late", () => answer(504, { message: "Service Timeout" })],
])("an answer that is %s is not called a refusal, and what was stored is shown", async (_how, nothing) => {
  gateway.nextWrite = () => {
    gateway.tasks = [aTask({ title: "Find the bell" }), ...gateway.tasks];
    return nothing();
  };
  await user.type(screen.getByLabelText(quickAdd.label), "Find the bell{Enter}");
  await screen.findByText(messages.errors.unanswered.create("Find the bell"));
  await waitFor(() => expect(shownTitles()).toEqual(["Find the bell", "Buy lamp oil", "Call the plumber"]));
});

test("a refused change can be tried again from its notice", async () => {
  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await user.click(completeButton("Buy lamp oil"));
  await user.click(await screen.findByRole("button", { name: common.tryAgain }));
  await waitFor(() => expect(gateway.tasks.find(({ version }) => version === 4)?.status).toBe("Completed"));
});

test("two quick clicks are two changes, and no conflict with oneself", async () => {
  await user.click(moveTo("In Progress"));
  await user.click(moveTo("Completed"));
  await waitFor(() => expect(gateway.writes).toHaveLength(2));
  await waitFor(() => expect(gateway.tasks.find(({ version }) => version === 5)?.status).toBe("Completed"));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("the second of two quick changes goes out while the tab is hidden", async () => {
  const release = holdNextWrite();
  await user.click(moveTo("In Progress"));
  await user.click(moveTo("Completed"));
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  const [first] = gateway.tasks;
  gateway.tasks = gateway.tasks.map((task) => (task === first ? { ...task, status: "In Progress", version: 4 } : task));
  release(answer(200, { msg: "", task: gateway.tasks[0] }));
  await waitFor(() => expect(gateway.writes).toHaveLength(2));
});

test("a deleted task is gone at once, sent only later, and undone by its notice", async () => {
  await user.click(deleteButton("Buy lamp oil"));
  expect(shownTitles()).toEqual(["Call the plumber"]);
  await user.click(screen.getByRole("button", { name: new RegExp(messages.undo.action) }));
  await waitFor(() => expect(shownTitles()).toEqual(["Buy lamp oil", "Call the plumber"]));
  expect(gateway.writes).toEqual([]);
});

test("leaving the page sends what was deleted", async () => {
  await user.click(deleteButton("Buy lamp oil"));
  expect(gateway.writes).toEqual([]);
  window.dispatchEvent(new Event("pagehide"));
  await waitFor(() => expect(gateway.tasks.map(({ title }) => title)).toEqual(["Call the plumber"]));
});

test("the keys create, search, move, complete and delete", async () => {
  await user.keyboard("n");
  expect(screen.getByRole("dialog", { name: messages.form.newHeading })).toBeVisible();
  await user.click(screen.getByRole("button", { name: messages.form.cancel }));
  await user.keyboard("{ArrowDown}{ArrowDown}x");
  expect(completeButton("Call the plumber")).toHaveAttribute("aria-pressed", "true");
  await user.keyboard("d");
  expect(shownTitles()).toEqual(["Buy lamp oil"]);
  await user.keyboard("/lamp x");
  expect(screen.getByRole("searchbox")).toHaveValue("lamp x");
  window.dispatchEvent(new Event("pagehide")); // no undo seconds run into the next test
  await waitFor(() => expect(gateway.tasks).toHaveLength(1));
});

test("a title past its limit is told before it is sent", async () => {
  const line = screen.getByLabelText(quickAdd.label);
  await user.click(line);
  await user.paste("a".repeat(121));
  expect(screen.getByText(getMessages(controlMessages).characters.tooMany(1))).toBeVisible();
  await user.keyboard("{Enter}");
  expect(gateway.writes).toEqual([]);
});

test("the keys for one task act on the row in focus, and on none once the focus is elsewhere", async () => {
  await user.keyboard("{ArrowDown}");
  act(() => (document.activeElement as HTMLElement).blur());
  await user.keyboard("xsde");
  expect(shownTitles()).toEqual(["Buy lamp oil", "Call the plumber"]);
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(gateway.writes).toEqual([]);
});

test("creating, completing and the number of hits are said to those who listen", async () => {
  await user.type(screen.getByLabelText(quickAdd.label), "Find the bell{Enter}");
  expect(said()).toContain(messages.announced.created("Find the bell"));
  await user.click(completeButton("Buy lamp oil"));
  expect(within(screen.getByRole("region", { name: notices.label })).getByText(messages.undo.moved("Buy lamp oil", "Completed"))).toBeVisible();
  await user.type(screen.getByRole("searchbox"), "the");
  await waitFor(() => expect(said()).toContain(views.search.hits(2)));
  await user.type(screen.getByRole("searchbox"), " plumber");
  await waitFor(() => expect(said()).toContain(views.search.hits(1)));
  await user.type(screen.getByRole("searchbox"), "s");
  await waitFor(() => expect(said()).toContain(views.search.hits(0)));
});

const said = () => screen.getAllByRole("status").map(({ textContent }) => textContent);

