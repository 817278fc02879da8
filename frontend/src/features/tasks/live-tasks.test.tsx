import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import type { Activity, Task } from "@/lib/api/types";
import { exactTime } from "@/lib/time/format";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { eventOf } from "@/testing/fake-history";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";

const { row, seal } = getMessages(taskMessages);
const views = getMessages(viewMessages);

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = fakeGateway([aTask({ title: "Oil", list: "Home", rank: "b" }), aTask({ title: "Wicks", rank: "c" })]);
  openTasksPage(gateway, "/hunt");
  await screen.findByText("Oil");
  // What it reads once the stream is open.
  await waitFor(() => expect(gateway.reads.filter((read) => read.startsWith("limit"))).toHaveLength(2));
  gateway.reads = [];
});

const titles = () => screen.getAllByRole("heading", { level: 2 }).map(({ textContent }) => textContent);
const oneByOne = () => gateway.reads.filter((read) => read === "").length;
const listsRead = () => gateway.reads.filter((read) => read.startsWith("limit")).length;

function tell(type: Activity["type"], task: Task) {
  const told = { id: eventOf(task), type, taskId: task._id, taskTitle: task.title, message: "", changes: {}, batchId: null, causedBy: null };
  gateway.tell("activity", { ...told, timestamp: task.updatedAt, recordedAt: "2026-11-22T12:00:01.000Z" }, `behind ${eventOf(task)}`);
}

/** Somebody else writes it, and all who listen hear of it. */
function elsewhere(change: Partial<Task>) {
  const [first, ...others] = gateway.tasks as [Task, ...Task[]];
  const changed = { ...first, ...change, version: first.version + 1 };
  gateway.tasks = [changed, ...others];
  tell("TaskUpdated", changed);
}

test("what is changed, created and discarded elsewhere shows here, with its counts, and no list is read anew", async () => {
  elsewhere({ title: "Oil for the lamps", list: "Cellar" });
  await screen.findByText("Oil for the lamps");
  await screen.findByRole("link", { name: /^Cellar/ });
  const bread = aTask({ title: "Bread", rank: "a" });
  gateway.tasks.unshift(bread);
  tell("TaskCreated", bread);
  await waitFor(() => expect(titles()).toEqual(["Bread", "Oil for the lamps", "Wicks"]));
  const [, oil] = gateway.tasks as [Task, Task];
  gateway.tasks = gateway.tasks.filter((task) => task !== oil);
  tell("TaskDeleted", { ...oil, version: oil.version + 1 });
  await waitFor(() => expect(titles()).toEqual(["Bread", "Wicks"]));
  expect(listsRead()).toBe(0);
});

test("a page does not read what it wrote itself", async () => {
  fireEvent.click(screen.getByRole("button", { name: row.completed("Oil") }));
  await waitFor(() => expect(gateway.writes).toHaveLength(1));
  tell("TaskCompleted", gateway.tasks.find(({ title }) => title === "Oil") as Task);
  elsewhere({ title: "Known", status: "Open" });
  await screen.findByText("Known");
  expect(oneByOne()).toBe(1);
});

test("a change made here is sealed once the journal holds it", async () => {
  fireEvent.click(screen.getByRole("button", { name: views.filters.completed }));
  fireEvent.click(screen.getByRole("button", { name: row.completed("Oil") }));
  await screen.findByRole("img", { name: seal.accepted });
  tell("TaskCompleted", gateway.tasks.find(({ title }) => title === "Oil") as Task);
  const times = ["2026-11-22T12:00:00.000Z", "2026-11-22T12:00:01.000Z"].map(exactTime) as [string, string];
  expect(await screen.findByRole("img", { name: seal.recorded(...times) })).toBeInTheDocument();
  expect(screen.queryByRole("img", { name: seal.accepted })).not.toBeInTheDocument();
});

test("whether a change was recorded is not said when what was told is lost", async () => {
  fireEvent.click(screen.getByRole("button", { name: views.filters.completed }));
  fireEvent.click(screen.getByRole("button", { name: row.completed("Oil") }));
  await screen.findByRole("img", { name: seal.accepted });
  gateway.tell("reset", {}, "now");
  await waitFor(() => expect(screen.queryByRole("img", { name: seal.accepted })).not.toBeInTheDocument());
});

test("of many changes at once the list is read once", async () => {
  gateway.tasks = Array.from({ length: 20 }, (_, number) => aTask({ title: `New ${number}` }));
  for (const task of gateway.tasks) tell("TaskCreated", task);
  await screen.findByText("New 19");
  expect([oneByOne(), listsRead()]).toEqual([0, 1]);
});

test("what may have been missed is read anew", async () => {
  gateway.tasks = [aTask({ title: "Bread" })];
  gateway.tell("reset", {}, "now");
  await waitFor(() => expect(titles()).toEqual(["Bread"]));
});

test("a change elsewhere that belongs into no list that is open leaves it as it is", async () => {
  fireEvent.click(screen.getByRole("link", { name: new RegExp(`^${views.names.inbox}`) }));
  await waitFor(() => expect(titles()).toEqual(["Wicks"]));
  elsewhere({ title: "Oil, much of it" });
  await waitFor(() => expect(oneByOne()).toBe(1));
  expect(titles()).toEqual(["Wicks"]);
});
