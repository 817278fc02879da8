import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { fieldMessages } from "@/lib/messages/fields";
import { panelMessages } from "@/lib/messages/panel";
import { taskMessages } from "@/lib/messages/tasks";
import { fakeGateway } from "@/testing/fake-gateway";
import { answer } from "@/testing/session";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";

const { tryAgain } = getMessages(commonMessages);
const fields = getMessages(fieldMessages);
const panel = getMessages(panelMessages);
const { errors, form, quickAdd, row } = getMessages(taskMessages);
const user = userEvent.setup();
const TASK = aTask({ title: "Buy lamp oil" });

async function write(field: HTMLElement, words: string) {
  await user.click(field);
  await user.paste(words);
}

const never = () => new Promise<Response>(() => undefined);
const line = () => screen.findByLabelText(quickAdd.label);
const titles = (gateway: { tasks: { title: string }[] }) => gateway.tasks.map(({ title }) => title);

/** The gateway stores the next write, and its answer gets lost. */
function loseNextAnswer(gateway: ReturnType<typeof fakeGateway>) {
  const { fetch } = gateway;
  gateway.fetch = async (input, init) => {
    const response = await fetch(input, init);
    if ((init?.method ?? "GET") === "GET" || String(input).endsWith("/refresh")) return response;
    gateway.fetch = fetch;
    vi.stubGlobal("fetch", fetch);
    throw new TypeError("Failed to fetch");
  };
  vi.stubGlobal("fetch", gateway.fetch);
}

test("a reload while a new task is on its way sends it again", async () => {
  const gateway = fakeGateway([]);
  const page = openTasksPage(gateway);
  gateway.nextWrite = never;
  await write(await line(), "Find the bell");
  await user.keyboard("{Enter}");
  page.unmount();
  openTasksPage(gateway);
  await waitFor(() => expect(titles(gateway)).toEqual(["Find the bell"]));
  await screen.findByText("Find the bell");
});

test("a reload while a save is on its way sends it again", async () => {
  const gateway = fakeGateway([TASK]);
  const page = openTasksPage(gateway);
  await user.click(await screen.findByRole("button", { name: row.edit(TASK.title) }));
  await write(screen.getByLabelText(fields.description), "Two bottles");
  gateway.nextWrite = never;
  await user.click(screen.getByRole("button", { name: form.save }));
  page.unmount();
  openTasksPage(gateway);
  await waitFor(() => expect(gateway.tasks[0]?.description).toBe("Two bottles"));
  await screen.findByText("Two bottles");
});

test("what a reload sends again is read beside the list, and not offered as a draft", async () => {
  const gateway = fakeGateway([TASK]);
  const page = openTasksPage(gateway);
  await user.click(await screen.findByText(TASK.title));
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: panel.edit }));
  await write(screen.getByLabelText(fields.description), "Two bottles");
  loseNextAnswer(gateway); // as of a page that is being left
  await user.click(screen.getByRole("button", { name: form.save }));
  await screen.findByRole("button", { name: tryAgain });
  page.unmount();
  openTasksPage(gateway, `/hunt?completed=shown&task=${TASK._id}`);
  expect(await screen.findByRole("dialog", { name: TASK.title })).toBeVisible();
  expect(await within(screen.getByRole("dialog")).findByText("Two bottles")).toBeVisible();
});

test.each(["tried again", "reloaded"])("a new task whose answer was lost is one task once it is %s", async (how) => {
  const gateway = fakeGateway([]);
  const page = openTasksPage(gateway);
  await line();
  loseNextAnswer(gateway);
  await write(await line(), "Find the bell");
  await user.keyboard("{Enter}");
  const again = await screen.findByRole("button", { name: tryAgain });
  if (how === "tried again") await user.click(again);
  else {
    page.unmount();
    openTasksPage(gateway);
  }
  await waitFor(() => expect(gateway.writes).toHaveLength(2));
  await waitFor(() => expect(screen.getByText("Find the bell").closest("li")).not.toHaveAttribute("aria-busy"));
  expect(titles(gateway)).toEqual(["Find the bell"]);
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("what the gateway has is not sent again after the next reload", async () => {
  const gateway = fakeGateway([]);
  const page = openTasksPage(gateway);
  await write(await line(), "Find the bell");
  await user.keyboard("{Enter}");
  await waitFor(() => expect(screen.getByText("Find the bell").closest("li")).not.toHaveAttribute("aria-busy"));
  page.unmount();
  openTasksPage(gateway);
  await screen.findByText("Find the bell");
  expect(gateway.writes).toHaveLength(1);
});

test("of a tab and its duplicate the same line makes one task, and another line another", async () => {
  const gateway = fakeGateway([]);
  const first = openTasksPage(gateway);
  await write(await line(), "Find the bell");
  const duplicated = { ...sessionStorage };
  const asDuplicate = () => Object.entries(duplicated).forEach(([key, value]) => sessionStorage.setItem(key, String(value)));
  await user.type(await line(), "{Enter}");
  await waitFor(() => expect(titles(gateway)).toEqual(["Find the bell"]));
  first.unmount();

  asDuplicate();
  const second = openTasksPage(gateway);
  await user.type(await line(), "{Enter}");
  await waitFor(() => expect(gateway.writes).toHaveLength(2));
  second.unmount();

  asDuplicate();
  openTasksPage(gateway);
  await write(await line(), " and ring it");
  await user.keyboard("{Enter}");
  await waitFor(() => expect(titles(gateway)).toEqual(["Find the bell and ring it", "Find the bell"]));
});

test("a change refused with 401 while the session lives is told, and can be tried again", async () => {
  const gateway = fakeGateway([TASK]);
  openTasksPage(gateway);
  const { fetch } = gateway;
  await user.click(await screen.findByRole("button", { name: row.edit(TASK.title) }));
  await write(screen.getByLabelText(fields.description), "Two bottles");
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) =>
    init?.method === "PATCH" ? answer(401, { message: "Invalid token" }) : fetch(input, init),
  );
  await user.click(screen.getByRole("button", { name: form.save }));
  await screen.findByText(errors.failed.update(TASK.title), { exact: false });
  vi.stubGlobal("fetch", fetch);
  await user.click(screen.getByRole("button", { name: tryAgain }));
  await waitFor(() => expect(gateway.tasks[0]?.description).toBe("Two bottles"));
});

test("half an emoji does not keep a task from the gateway", async () => {
  const gateway = fakeGateway([]);
  openTasksPage(gateway);
  await write(await line(), "Find the moon \ud83d");
  await user.keyboard("{Enter}");
  await waitFor(() => expect(titles(gateway)).toEqual(["Find the moon \ufffd"]));
});

test("a new task older than its key is not sent again, but opened", async () => {
  const old = { kind: "create", key: "k", at: "2026-01-01T00:00:00.000Z", input: { title: "Find the bell", status: "Not Started", description: "" } };
  sessionStorage.setItem("task-hunter.alice.words.changes", JSON.stringify([old]));
  const gateway = fakeGateway([]);
  openTasksPage(gateway);
  expect(await screen.findByRole("dialog", { name: form.newHeading })).toBeVisible();
  expect(gateway.writes).toEqual([]);
});
