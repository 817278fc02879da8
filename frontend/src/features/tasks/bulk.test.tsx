import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { bulkMessages } from "@/lib/messages/bulk";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { undoMessages } from "@/lib/messages/undo";
import { viewMessages } from "@/lib/messages/views";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { journalOf } from "@/testing/fake-history";
import { answer } from "@/testing/session";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";

const bulk = getMessages(bulkMessages);
const { errors, row, undo } = getMessages(taskMessages);
const { names, trash } = getMessages(viewMessages);
const { conflict, told } = getMessages(undoMessages);
const fields = getMessages(fieldMessages);

let gateway: FakeGateway;
const user = userEvent.setup();

beforeEach(async () => {
  gateway = fakeGateway([
    aTask({ title: "Oil", labels: ["errand"], list: "Home" }),
    aTask({ title: "Wicks", status: "Waiting for rain" }),
    aTask({ title: "Glass" }),
    aTask({ title: "Bells" }),
  ]);
  openTasksPage(gateway);
  await screen.findByText("Oil");
});

const box = (title: string) => screen.getByRole("checkbox", { name: bulk.select(title) });
const selected = () => screen.queryAllByRole("checkbox", { checked: true }).map((each) => each.getAttribute("aria-label"));
const boxes = (...titles: string[]) => titles.map(bulk.select);
const bar = async () => within(await screen.findByRole("group", { name: bulk.bar }));
const stored = (title: string) => gateway.tasks.find((task) => task.title === title);
const press = async (name: string) => user.click((await bar()).getByRole("button", { name }));
const pressUndo = async () => user.click(await screen.findByRole("button", { name: new RegExp(undo.action) }));

async function clickWith(key: "Shift" | "Control", title: string) {
  await user.keyboard(`{${key}>}`);
  await user.click(screen.getByText(title));
  await user.keyboard(`{/${key}}`);
}

test("a click with Ctrl selects one row more, with Shift all up to it, and opens none", async () => {
  await clickWith("Control", "Oil");
  await clickWith("Control", "Bells");
  expect(selected()).toEqual(boxes("Oil", "Bells"));
  await clickWith("Shift", "Wicks");
  expect(selected()).toEqual(boxes("Wicks", "Glass", "Bells"));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("the keys select the row in focus, and with Shift those that one passes; Escape selects none", async () => {
  await user.keyboard("{ArrowDown}v");
  expect(selected()).toEqual(boxes("Oil"));
  await user.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
  expect(selected()).toEqual(boxes("Oil", "Wicks", "Glass"));
  await user.keyboard("{Shift>}{ArrowUp}{/Shift}");
  expect(selected()).toEqual(boxes("Oil", "Wicks"));
  await user.keyboard("{Escape}");
  expect(selected()).toEqual([]);
});

test("all that is shown is selected by one button, and none by another", async () => {
  await user.click(box("Wicks"));
  await press(bulk.all(4));
  expect(selected()).toHaveLength(4);
  await press(bulk.clear);
  expect(selected()).toEqual([]);
});

test("completing many is one request, and one undo gives each the status that it had", async () => {
  for (const title of ["Oil", "Wicks"]) await user.click(box(title));
  await press(bulk.complete);
  await screen.findByText(bulk.told.completed(2));
  expect(gateway.writes).toHaveLength(1);
  expect(stored("Wicks")?.status).toBe("Completed");
  await pressUndo();
  await screen.findByText(told.undone(bulk.told.completed(2)));
  expect([stored("Oil")?.status, stored("Wicks")?.status]).toEqual(["Not Started", "Waiting for rain"]);
});

test("discarding many is undone out of the trash, at once", async () => {
  for (const title of ["Oil", "Glass"]) await user.click(box(title));
  await press(bulk.delete);
  expect(screen.queryByText("Oil")).not.toBeInTheDocument();
  await screen.findByText(bulk.told.deleted(2));
  expect(gateway.trash).toHaveLength(2);
  await pressUndo();
  await screen.findByText("Oil");
  await waitFor(() => expect(gateway.trash).toEqual([]));
});

test("an undo that would write over a later change asks first, and leaves that task if one says so", async () => {
  for (const title of ["Oil", "Wicks"]) await user.click(box(title));
  await press(bulk.complete);
  await screen.findByText(bulk.told.completed(2));
  gateway.tasks = gateway.tasks.map((task) => (task.title === "Oil" ? { ...task, status: "Theirs", version: 9 } : task));
  gateway.activities = journalOf(gateway);
  await pressUndo();
  await user.click(await screen.findByRole("button", { name: conflict.keepThese }));
  await screen.findByText(told.undone(bulk.told.completed(2)));
  expect([stored("Oil")?.status, stored("Wicks")?.status]).toEqual(["Theirs", "Waiting for rain"]);
});

test("those that the gateway does not take are told, and the others undone alone", async () => {
  for (const title of ["Oil", "Wicks"]) await user.click(box(title));
  gateway.tasks = gateway.tasks.filter(({ title }) => title !== "Oil");
  await press(bulk.complete);
  expect(await screen.findByText(bulk.told.completed(1))).toBeVisible();
  expect(screen.getByText(bulk.told.failed(1))).toBeVisible();
});

test("a request that is refused changes nothing, with a word about why", async () => {
  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await user.click(box("Oil"));
  await press(bulk.complete);
  expect(await screen.findByText(bulk.told.none(1))).toBeVisible();
  expect(screen.getByText(/Service Error or Unavailable/)).toBeVisible();
  expect(screen.getByRole("button", { name: row.completed("Oil") })).toHaveAttribute("aria-pressed", "false");
});

test("an answer that was lost is asked for again under the same key", async () => {
  gateway.nextWrite = () => Promise.reject(new TypeError("Failed to fetch"));
  await user.click(box("Oil"));
  await press(bulk.complete);
  await screen.findByText(bulk.told.completed(1));
  expect(gateway.writes).toHaveLength(2);
});

test("a list and labels are written on all that are selected", async () => {
  for (const title of ["Oil", "Wicks"]) await user.click(box(title));
  await press(bulk.list);
  await user.type(screen.getByLabelText(fields.list), "Yharnam");
  await user.click(screen.getByRole("button", { name: bulk.apply }));
  await waitFor(() => expect(gateway.tasks.filter(({ list }) => list === "Yharnam")).toHaveLength(2));
  await press(bulk.labels);
  await user.type(screen.getByLabelText(bulk.label), "errand");
  await user.click(screen.getByRole("button", { name: bulk.removeLabel }));
  await waitFor(() => expect(stored("Oil")?.labels).toEqual([]));
});

async function openTrash(...titles: string[]) {
  gateway.trash = titles.map((title) => aTask({ title, deletedAt: "2026-11-22T13:00:00.000Z" }));
  await user.click(screen.getByRole("link", { name: new RegExp(`^${names.trash}`) }));
  for (const title of titles) await screen.findByText(title);
}

test("many are restored out of the trash by one request, and one undo puts them back", async () => {
  await openTrash("Rope", "Chalk", "Salt");
  await user.click(box("Rope"));
  await clickWith("Shift", "Chalk");
  expect((await bar()).queryByRole("button", { name: bulk.complete })).not.toBeInTheDocument();
  await press(bulk.restore);
  await screen.findByText(bulk.told.restored(2));
  expect(gateway.writes).toHaveLength(1);
  expect(stored("Rope")?.deletedAt).toBeNull();
  await pressUndo();
  await screen.findByText(told.undone(bulk.told.restored(2)));
  expect(gateway.trash.map(({ title }) => title).sort()).toEqual(["Chalk", "Rope", "Salt"]);
});

test("in the trash the keys select, and do nothing else to a task", async () => {
  await openTrash("Rope");
  await user.keyboard("{ArrowDown}xsdev");
  expect(selected()).toEqual(boxes("Rope"));
  expect(gateway.writes).toEqual([]);
  expect(window.location.search).toBe("?view=trash");
});

test("what is no longer in the trash is told in plain words, once it is asked back", async () => {
  await openTrash("Rope", "Chalk", "Salt");
  gateway.trash = gateway.trash.filter(({ title }) => title === "Chalk");
  await user.click(screen.getByText(trash.restoreTask("Salt")));
  expect(await screen.findByText(errors.notInTrash("Salt"))).toBeVisible();
});

test("of many, those that are no longer in the trash are told", async () => {
  await openTrash("Rope", "Chalk");
  for (const title of ["Rope", "Chalk"]) await user.click(box(title));
  gateway.trash = gateway.trash.filter(({ title }) => title === "Chalk");
  await press(bulk.restore);
  expect(await screen.findByText(bulk.told.notRestored(1))).toBeVisible();
});
