import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { Task } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { panelMessages } from "@/lib/messages/panel";
import { shellMessages } from "@/lib/messages/shell";
import { taskMessages } from "@/lib/messages/tasks";
import { fakeGateway } from "@/testing/fake-gateway";
import { renderPage, SignedInProviders } from "@/testing/render";
import { answer } from "@/testing/session";
import { aTask } from "@/testing/tasks";
import TasksView from "./TasksView";

const fields = getMessages(fieldMessages);
const messages = getMessages(panelMessages);
const { draft, form, row, undo } = getMessages(taskMessages);
const { close } = getMessages(shellMessages);
const user = userEvent.setup();

const item = (id: string, text: string) => ({ id, text, done: false });
const OIL = () => aTask({ title: "Oil", checklist: [item("a", "bottles"), item("b", "wick")], status: "Waiting" });

function open(tasks: Task[], address = "/hunt?completed=shown") {
  window.history.replaceState(null, "", address);
  const gateway = fakeGateway(tasks);
  vi.stubGlobal("fetch", gateway.fetch);
  renderPage(
    <SignedInProviders>
      <TasksView />
    </SignedInProviders>,
  );
  return gateway;
}

const panel = () => within(screen.getByRole("dialog"));
const read = async (title: string) => user.click(await screen.findByText(title));
const edit = async (title: string) => user.click(await screen.findByText(row.edit(title)));
const press = (name: string) => user.click(panel().getByText(name));
async function write(label: string, words: string) {
  await user.click(panel().getByLabelText(label));
  await user.paste(words);
}
const stored = (gateway: { tasks: Task[] }, title = "Oil") => gateway.tasks.find((task) => task.title === title);
const completeButton = () => screen.getByRole("button", { name: row.completed("Oil") });

test("a title opens its task to be read, with what it says and its address, and Escape leaves it", async () => {
  const task = { ...OIL(), due: { date: "2026-12-01" }, priority: 3, list: "Home", labels: ["errand"] };
  open([task]);
  await read("Oil");
  expect(panel().getByRole("heading", { name: "Oil", level: 2 })).toHaveFocus();
  const facts = panel().getAllByRole("definition").map(({ textContent }) => textContent);
  expect(facts.slice(0, 5)).toEqual(["Waiting", "December 1, 2026", "High priority", "Home", "#errand"]);
  expect(window.location.search).toBe(`?completed=shown&task=${task._id}`);
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(window.location.search).toBe("?completed=shown");
});

test("a click anywhere on the row opens its task", async () => {
  open([aTask({ title: "Oil", description: "Whale" })]);
  await user.click(await screen.findByText("Whale"));
  expect(panel().getByRole("heading", { name: "Oil" })).toBeVisible();
});

test("a description is Markdown, in which nothing runs and nothing is loaded from elsewhere", async () => {
  const description = [
    "# Where\n\nAt the **old** [market](https://market.example/oil), not [here](javascript:alert(1)).",
    "- [x] asked\n- [ ] paid\n",
    "![the stall](https://elsewhere.example/stall.png) <img src=x onerror=alert(1)>",
  ].join("\n\n");
  open([aTask({ title: "Oil", description })]);
  await read("Oil");
  const link = await panel().findByRole("link", { name: "market" });
  expect(link).toHaveAttribute("href", "https://market.example/oil");
  expect(link).toHaveAttribute("rel", expect.stringContaining("noopener"));
  expect(panel().getByText("here").closest("a")).toBeNull();
  expect(panel().getByRole("img", { name: messages.markdown.ticked })).toBeVisible();
  expect(panel().getByRole("link", { name: messages.markdown.image("the stall") })).toBeVisible();
  expect(screen.getByRole("dialog").querySelectorAll("img, [onerror], [style]")).toHaveLength(0);
});

test("an item is ticked where it is read", async () => {
  const gateway = open([OIL()]);
  await read("Oil");
  await user.click(panel().getByRole("checkbox", { name: "wick" }));
  expect(panel().getByRole("checkbox", { name: "wick" })).toBeChecked();
  expect(panel().getByText(messages.ticked(1, 2))).toBeVisible();
  await waitFor(() => expect(gateway.writes).toHaveLength(1));
  expect(stored(gateway)?.checklist).toEqual([item("a", "bottles"), { ...item("b", "wick"), done: true }]);
});

test("the address opens a task that the list does not have, and follows what is done to it", async () => {
  const task = OIL();
  const gateway = open([], `/hunt?task=${task._id}`);
  const { fetch } = gateway;
  gateway.tasks = [task];
  vi.stubGlobal("fetch", async (input: string, init?: RequestInit) =>
    new URL(input).pathname.endsWith("/tasks") ? answer(200, { totalTasks: 0, tasks: [], nextCursor: null }) : fetch(input, init),
  );
  await screen.findByRole("heading", { name: "Oil", level: 2 });
  await user.click(panel().getByRole("checkbox", { name: "wick" }));
  await waitFor(() => expect(stored(gateway)?.version).toBe(2));
  expect(panel().getByRole("checkbox", { name: "wick" })).toBeChecked();
});

test("a task that is gone is said to be gone", async () => {
  open([OIL()], "/hunt?task=ffffffffffffffffffffffff");
  await screen.findByRole("heading", { name: messages.gone.heading });
  await press(close);
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("the address of another person's task opens nothing", async () => {
  const gateway = open([OIL()], "/hunt?task=ffffffffffffffffffffffff");
  vi.stubGlobal("fetch", async (input: string, init?: RequestInit) =>
    input.endsWith("ffff") ? answer(403, { message: "Not authorized to read this task" }) : gateway.fetch(input, init),
  );
  await screen.findByText("Oil");
  await waitFor(() => expect(window.location.search).toBe(""));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("a form opened from the reading leads back to it, one opened from the list to the list", async () => {
  const gateway = open([OIL()]);
  await read("Oil");
  await press(messages.edit);
  await write(fields.list, "Home");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(panel().getByText("Home")).toBeVisible());
  await waitFor(() => expect(stored(gateway)?.list).toBe("Home"));
  await press(close);
  await edit("Oil");
  await press(form.cancel);
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("what was typed is kept when one turns to another task, and is there again", async () => {
  open([OIL(), aTask({ title: "Bell" })]);
  await edit("Oil");
  await write(fields.description, "Whale");
  await read("Bell");
  expect(panel().getByRole("heading", { name: "Bell" })).toBeVisible();
  expect(screen.getByText(draft.leftOn("Oil"))).toBeVisible();
  await read("Oil");
  expect(panel().getByLabelText(fields.description)).toHaveValue("Whale");
});

test("a discarded task leaves the panel", async () => {
  const gateway = open([OIL()]);
  await read("Oil");
  await press(messages.discard);
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  window.dispatchEvent(new Event("pagehide")); // no undo seconds run into the next test
  await waitFor(() => expect(gateway.tasks).toEqual([]));
});

test("completing is undone by its key, and a status in own words is back", async () => {
  const gateway = open([OIL()]);
  await screen.findByText("Oil");
  await user.click(completeButton());
  expect(screen.getByText(undo.moved("Oil", "Completed"))).toBeVisible();
  await user.click(screen.getByRole("button", { name: new RegExp(undo.action) }));
  await waitFor(() => expect(stored(gateway)).toMatchObject({ status: "Waiting", version: 3 }));
});

test("a completion that the gateway refuses leaves nothing to undo", async () => {
  const gateway = open([OIL()]);
  await screen.findByText("Oil");
  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await user.click(completeButton());
  await waitFor(() => expect(completeButton()).toHaveAttribute("aria-pressed", "false"));
  expect(screen.queryByText(undo.moved("Oil", "Completed"))).not.toBeInTheDocument();
});

test("reopening gives the status that was before, by what this page did or by the journal", async () => {
  const [here, elsewhere] = [OIL(), aTask({ title: "Bell", status: "completed" })];
  const gateway = open([here, elsewhere]);
  await screen.findByText("Oil");
  await user.click(completeButton());
  await user.click(completeButton());
  await waitFor(() => expect(stored(gateway)).toMatchObject({ status: "Waiting", version: 3 }));

  const ids = { taskId: elsewhere._id, batchId: null, causedBy: null, recordedAt: here.createdAt };
  const entry = { ...ids, taskTitle: "Bell", message: "", type: "TaskCompleted", timestamp: here.createdAt };
  gateway.activities = [
    { ...entry, id: "2", changes: { title: { from: "Bel", to: "Bell" } } },
    { ...entry, id: "1", changes: { status: { from: "At the forge", to: "completed" } } },
  ];
  await user.click(screen.getByRole("button", { name: row.completed("Bell") }));
  await waitFor(() => expect(stored(gateway, "Bell")?.status).toBe("At the forge"));
});

test("a status in own words is never moved away by its button, which opens the form instead", async () => {
  const gateway = open([OIL()]);
  await user.click(await screen.findByRole("button", { name: `Waiting: ${row.edit("Oil")}` }));
  expect(panel().getByLabelText(form.otherStatusLabel)).toHaveValue("Waiting");
  expect(gateway.writes).toEqual([]);
});
