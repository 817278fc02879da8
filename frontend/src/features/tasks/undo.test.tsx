import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { quickAddMessages } from "@/lib/messages/quick-add";
import { shellMessages } from "@/lib/messages/shell";
import { taskMessages } from "@/lib/messages/tasks";
import { undoMessages } from "@/lib/messages/undo";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { answer } from "@/testing/session";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";

const { quickAdd, row, undo } = getMessages(taskMessages);
const { conflict, did, redo, told } = getMessages(undoMessages);
const { paste } = getMessages(quickAddMessages);
const { notices } = getMessages(shellMessages);
const { tryAgain } = getMessages(commonMessages);
const user = userEvent.setup();

let gateway: FakeGateway;
let page: ReturnType<typeof openTasksPage>;
beforeEach(async () => {
  gateway = fakeGateway([aTask({ title: "Oil", status: "Waiting" }), aTask({ title: "Wicks" })]);
  page = openTasksPage(gateway);
  await screen.findByText("Oil");
});

const stored = (title: string) => gateway.tasks.find((task) => task.title === title);
const undos = () => gateway.writes.filter((write) => /eventId|batchId/.test(write)).length;
const complete = (title: string) => user.click(screen.getByLabelText(row.completed(title)));
const dismissAll = async () => {
  for (const button of screen.queryAllByText(notices.dismiss)) await user.click(button);
};

async function add(title: string) {
  await user.type(screen.getByLabelText(quickAdd.label), `${title}{Enter}`);
  await waitFor(() => expect(stored(title)).toBeDefined());
  await user.click(document.body); // out of the line, where letters are typed
}

/** Presses the key, and waits until the page says what was undone. */
async function pressU(what: string) {
  await user.keyboard("u");
  await screen.findByText(told.undone(what));
}

test("the key undoes one act after the other, from the last on, long after their notices are gone", async () => {
  await complete("Oil");
  await waitFor(() => expect(stored("Oil")?.version).toBe(2));
  await dismissAll();
  await add("Bread");
  await user.click(screen.getByText(row.delete("Wicks")));
  await dismissAll(); // it goes out at once
  await waitFor(() => expect(gateway.trash).toHaveLength(1));
  await pressU(undo.deleted("Wicks"));
  expect(stored("Wicks")).toMatchObject({ version: 3, deletedAt: null });
  expect(screen.getByText("Wicks")).toBeVisible();
  await pressU(did.created("Bread"));
  expect(screen.queryByText("Bread")).not.toBeInTheDocument();
  await pressU(undo.moved("Oil", "Completed"));
  expect(stored("Oil")).toMatchObject({ status: "Waiting", version: 3 });
  await user.keyboard("u");
  await screen.findByText(told.nothing);
  expect(undos()).toBe(3);
});

test("what waits for its seconds is undone without a word to the gateway, and before what was done earlier", async () => {
  await complete("Oil");
  await user.click(screen.getByText(row.delete("Wicks")));
  await user.keyboard("u");
  await screen.findByText("Wicks");
  expect(gateway.writes).toHaveLength(1);
  await pressU(undo.moved("Oil", "Completed"));
});

test("an undo can be taken back, and is an act again then", async () => {
  await complete("Oil");
  await pressU(undo.moved("Oil", "Completed"));
  await user.click(screen.getByText(redo));
  await screen.findByText(told.redone(undo.moved("Oil", "Completed")));
  expect(stored("Oil")).toMatchObject({ status: "Completed", version: 4 });
  await pressU(undo.moved("Oil", "Completed"));
  expect(stored("Oil")).toMatchObject({ status: "Waiting", version: 5 });
  // The page follows its own undo: this is no conflict.
  await complete("Oil");
  await waitFor(() => expect(stored("Oil")).toMatchObject({ status: "Completed", version: 6 }));
});

test("an undo shows at once, and a change that is made before its answer is sent upon it", async () => {
  await complete("Oil");
  await waitFor(() => expect(stored("Oil")?.version).toBe(2));
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
    if (input.endsWith("/undo")) await held;
    return gateway.fetch(input, init);
  });
  await user.keyboard("u");
  const button = screen.getByLabelText(row.completed("Oil"));
  await waitFor(() => expect(button).toHaveAttribute("aria-pressed", "false"));
  await complete("Oil");
  release();
  await waitFor(() => expect(stored("Oil")).toMatchObject({ status: "Completed", version: 4 }));
});

test("pasted lines are one act", async () => {
  await user.click(screen.getByLabelText(quickAdd.label));
  await user.paste("Glass\nRope\nSalt");
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: paste.create(3) }));
  await screen.findByText(paste.done(3));
  await user.click(document.body);
  await pressU(did.createdMany(3));
  expect(gateway.tasks.map(({ title }) => title)).toEqual(["Oil", "Wicks"]);
  await user.click(screen.getByText(redo));
  await screen.findByText(told.redone(did.createdMany(3)));
  expect(gateway.tasks).toHaveLength(5);
});

test("what was done can be undone after a reload", async () => {
  await add("Bread");
  await complete("Oil");
  await waitFor(() => expect(stored("Oil")?.version).toBe(2));
  await pressU(undo.moved("Oil", "Completed"));
  page.unmount();
  openTasksPage(gateway);
  await screen.findByText("Bread");
  await pressU(did.created("Bread"));
  await user.keyboard("u");
  await screen.findByText(told.nothing);
});

test("a change that was refused is no act", async () => {
  await add("Bread");
  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await complete("Oil");
  await screen.findByText(new RegExp(/Service Error/));
  await pressU(did.created("Bread"));
});

/** Completes it here; then somebody else writes another status upon that. */
async function overtaken() {
  await complete("Oil");
  await waitFor(() => expect(stored("Oil")?.version).toBe(2));
  gateway.tasks = gateway.tasks.map((task) => (task.title === "Oil" ? { ...task, status: "Theirs", version: 3 } : task));
  await user.keyboard("u");
  const dialog = within(await screen.findByRole("dialog", { name: conflict.heading }));
  await dialog.findByText("Theirs");
  expect(dialog.getByText("Waiting")).toBeVisible();
  return dialog;
}

test("a later change is shown beside the value from before, and either is one press away: to keep it changes nothing", async () => {
  const dialog = await overtaken();
  await user.click(dialog.getByRole("button", { name: conflict.keep }));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(stored("Oil")).toMatchObject({ status: "Theirs", version: 3 });
});

test("a later change is shown beside the value from before, and either is one press away: to put that back is a change", async () => {
  const dialog = await overtaken();
  await user.click(dialog.getByRole("button", { name: conflict.putBack }));
  await screen.findByText(told.undone(undo.moved("Oil", "Completed")));
  expect(stored("Oil")).toMatchObject({ status: "Waiting", version: 4 });
  expect(screen.getByLabelText(row.completed("Oil"))).toHaveAttribute("aria-pressed", "false");
});

test("in a task that lies in the trash an undo offers to restore it first", async () => {
  await complete("Oil");
  await waitFor(() => expect(stored("Oil")?.version).toBe(2));
  const oil = stored("Oil")!;
  gateway.tasks = gateway.tasks.filter((task) => task !== oil);
  gateway.trash = [{ ...oil, version: 3, deletedAt: "2026-11-22T13:00:00.000Z" }];
  await user.keyboard("u");
  await user.click(await screen.findByRole("button", { name: conflict.restore }));
  await screen.findByText(told.undone(undo.moved("Oil", "Completed")));
  expect(stored("Oil")).toMatchObject({ status: "Waiting", deletedAt: null });
});

test.each([
  [409, { message: "It is older than the history of its task", conflicts: [] }, told.tooOld],
  [404, { message: "Event not found" }, told.unknown],
])("an undo that is refused for good (%d) is said in a sentence, and the one before it is next", async (status, body, words) => {
  await add("Bread");
  await complete("Oil");
  await dismissAll();
  gateway.nextWrite = () => answer(status, body);
  await user.keyboard("u");
  expect(await screen.findByText(words(undo.moved("Oil", "Completed")))).toBeVisible();
  await pressU(did.created("Bread"));
});

test("an undo that fails can be tried again, by its notice or by the key", async () => {
  await complete("Oil");
  await dismissAll();
  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await user.keyboard("u");
  await screen.findByText(told.failed(undo.moved("Oil", "Completed")));
  expect(screen.getByRole("button", { name: tryAgain })).toBeVisible();
  await pressU(undo.moved("Oil", "Completed"));
  expect(stored("Oil")?.status).toBe("Waiting");
});

test("an answer that was lost is asked for again under the same key", async () => {
  await complete("Oil");
  await dismissAll();
  gateway.nextWrite = () => Promise.reject(new TypeError("Failed to fetch"));
  await pressU(undo.moved("Oil", "Completed"));
  expect(undos()).toBe(2);
});
