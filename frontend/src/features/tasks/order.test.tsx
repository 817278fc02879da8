import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { orderMessages } from "@/lib/messages/order";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { answer } from "@/testing/session";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";
import { between } from "./rank";

const { moved } = getMessages(orderMessages);
const { trash } = getMessages(viewMessages);
const { errors } = getMessages(taskMessages);
const user = userEvent.setup();
const TASKS = ["Oil", "Wicks", "Glass"].map((title, index) => aTask({ title, rank: `a${index}` }));

let gateway: FakeGateway;
let sent: unknown[];

/** Gives a moved task a rank that sorts behind every other. */
function moveLast(title: string, rank: string) {
  gateway.nextWrite = ({ body }) => {
    sent.push(body);
    const task = { ...TASKS.find((each) => each.title === title)!, rank, version: 2 };
    gateway.tasks = gateway.tasks.map((each) => (each._id === task._id ? task : each));
    return answer(200, { msg: "", task });
  };
}

beforeEach(async () => {
  gateway = fakeGateway(TASKS);
  sent = [];
  openTasksPage(gateway);
  await screen.findByText("Oil");
});

const titles = () => screen.getAllByRole("heading", { level: 2 }).map(({ textContent }) => textContent);
const idOf = (title: string) => TASKS.find((task) => task.title === title)?._id;

test("Alt and an arrow move the row in focus, which keeps the focus, and the place is said", async () => {
  moveLast("Oil", "a1V");
  await user.keyboard("{ArrowDown}{Alt>}{ArrowDown}{/Alt}");
  expect(titles()).toEqual(["Wicks", "Oil", "Glass"]);
  expect(document.activeElement?.closest("li")).toHaveTextContent("Oil");
  expect(screen.getByText(moved("Oil", 2, 3))).toHaveAttribute("role", "status");
  await waitFor(() => expect(sent).toEqual([{ after: idOf("Wicks") }]));
  expect(titles()).toEqual(["Wicks", "Oil", "Glass"]);
});

test("to the top is behind none", async () => {
  moveLast("Wicks", "Zz");
  await user.keyboard("{ArrowDown}{ArrowDown}{Alt>}{ArrowUp}{/Alt}");
  expect(titles()).toEqual(["Wicks", "Oil", "Glass"]);
  await waitFor(() => expect(sent).toEqual([{ after: null }]));
});

test("a move that the gateway refuses is taken back, with a word about it", async () => {
  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await user.keyboard("{ArrowDown}{Alt>}{ArrowDown}{/Alt}");
  await screen.findByText(errors.failed.update("Oil"));
  expect(titles()).toEqual(["Oil", "Wicks", "Glass"]);
});

test("in the trash nothing is moved, however it is sorted", async () => {
  gateway.trash = TASKS.map((task) => ({ ...task, deletedAt: "2026-11-22T13:00:00.000Z" }));
  act(() => window.history.pushState(null, "", "/hunt?view=trash&sort=rank"));
  await screen.findByText(trash.restoreTask("Oil"));
  await user.keyboard("{ArrowDown}{Alt>}{ArrowDown}{/Alt}");
  expect(screen.getAllByRole("listitem").filter(({ dataset }) => dataset.trashed === "")[0]).toHaveTextContent("Oil");
  expect(gateway.writes).toEqual([]);
});

test.each([
  ["", "a0"],
  ["a0", "a1"],
  ["a0", "a0V"],
  ["a0", "a00"],
  ["Zz", "a0"],
  ["a0", undefined],
])("there is room between “%s” and “%s”", (low, high) => {
  expect(between(low, high) > low).toBe(true);
  if (high !== undefined) expect(between(low, high) < high).toBe(true);
});
