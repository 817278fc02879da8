import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { taskMessages } from "@/lib/messages/tasks";
import { undoMessages } from "@/lib/messages/undo";
import { answer } from "@/testing/session";
import { openUndoPage } from "@/testing/undo-page";

const { row, undo } = getMessages(taskMessages);
const { conflict, did, told } = getMessages(undoMessages);
const { tryAgain } = getMessages(commonMessages);

let page: Awaited<ReturnType<typeof openUndoPage>>;
beforeEach(async () => {
  page = await openUndoPage();
});

test("a change that was refused is no act", async () => {
  await page.add("Bread");
  page.gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await page.complete("Oil");
  await screen.findByText(new RegExp(/Service Error/));
  await page.pressU(did.created("Bread"));
});

/** Completes it here; then somebody else writes another status upon that. */
async function overtaken() {
  await page.complete("Oil");
  await waitFor(() => expect(page.stored("Oil")?.version).toBe(2));
  page.gateway.tasks = page.gateway.tasks.map((task) => (task.title === "Oil" ? { ...task, status: "Theirs", version: 3 } : task));
  await page.user.keyboard("u");
  const dialog = within(await screen.findByRole("dialog", { name: conflict.heading }));
  await dialog.findByText("Theirs");
  expect(dialog.getByText("Waiting")).toBeVisible();
  return dialog;
}

test("a later change is shown beside the value from before, and either is one press away: to keep it changes nothing", async () => {
  const dialog = await overtaken();
  await page.user.click(dialog.getByRole("button", { name: conflict.keep }));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(page.stored("Oil")).toMatchObject({ status: "Theirs", version: 3 });
});

test("a later change is shown beside the value from before, and either is one press away: to put that back is a change", async () => {
  const dialog = await overtaken();
  await page.user.click(dialog.getByRole("button", { name: conflict.putBack }));
  await screen.findByText(told.undone(undo.moved("Oil", "Completed")));
  expect(page.stored("Oil")).toMatchObject({ status: "Waiting", version: 4 });
  expect(screen.getByLabelText(row.completed("Oil"))).toHaveAttribute("aria-pressed", "false");
});

test("in a task that lies in the trash an undo offers to restore it first", async () => {
  await page.complete("Oil");
  await waitFor(() => expect(page.stored("Oil")?.version).toBe(2));
  const oil = page.stored("Oil")!;
  page.gateway.tasks = page.gateway.tasks.filter((task) => task !== oil);
  page.gateway.trash = [{ ...oil, version: 3, deletedAt: "2026-11-22T13:00:00.000Z" }];
  await page.user.keyboard("u");
  await page.user.click(await screen.findByRole("button", { name: conflict.restore }));
  await screen.findByText(told.undone(undo.moved("Oil", "Completed")));
  expect(page.stored("Oil")).toMatchObject({ status: "Waiting", deletedAt: null });
});

test.each([
  [409, { message: "It is older than the history of its task", conflicts: [] }, told.tooOld],
  [404, { message: "Event not found" }, told.unknown],
])("an undo that is refused for good (%d) is said in a sentence, and the one before it is next", async (status, body, words) => {
  await page.add("Bread");
  await page.complete("Oil");
  await page.dismissAll();
  page.gateway.nextWrite = () => answer(status, body);
  await page.user.keyboard("u");
  expect(await screen.findByText(words(undo.moved("Oil", "Completed")))).toBeVisible();
  await page.pressU(did.created("Bread"));
});

test("an undo that fails can be tried again, by its notice or by the key", async () => {
  await page.complete("Oil");
  await page.dismissAll();
  page.gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await page.user.keyboard("u");
  await screen.findByText(told.failed(undo.moved("Oil", "Completed")));
  expect(screen.getByRole("button", { name: tryAgain })).toBeVisible();
  await page.pressU(undo.moved("Oil", "Completed"));
  expect(page.stored("Oil")?.status).toBe("Waiting");
});

test("an answer that was lost is asked for again under the same key", async () => {
  await page.complete("Oil");
  await page.dismissAll();
  page.gateway.nextWrite = () => Promise.reject(new TypeError("Failed to fetch"));
  await page.pressU(undo.moved("Oil", "Completed"));
  expect(page.undos()).toBe(2);
});

test("offline, an undo is told to have no answer, and is done by the key once there is a network", async () => {
  await page.complete("Oil");
  await page.dismissAll();
  const what = undo.moved("Oil", "Completed");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await page.user.keyboard("u");
  await screen.findByText(told.unanswered(what));
  expect(screen.getByLabelText(row.completed("Oil"))).toHaveAttribute("aria-pressed", "true");
  vi.stubGlobal("fetch", page.gateway.fetch);
  await page.pressU(what);
  expect(page.stored("Oil")).toMatchObject({ status: "Waiting", version: 3 });
});
