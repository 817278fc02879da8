import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { quickAddMessages } from "@/lib/messages/quick-add";
import { taskMessages } from "@/lib/messages/tasks";
import { undoMessages } from "@/lib/messages/undo";
import { openTasksPage } from "@/testing/tasks-page";
import { openUndoPage } from "@/testing/undo-page";

const { quickAdd, row, undo } = getMessages(taskMessages);
const { did, redo, told } = getMessages(undoMessages);
const { paste } = getMessages(quickAddMessages);

let page: Awaited<ReturnType<typeof openUndoPage>>;
beforeEach(async () => {
  page = await openUndoPage();
});

test("the key undoes one act after the other, from the last on, long after their notices are gone", async () => {
  await page.complete("Oil");
  await waitFor(() => expect(page.stored("Oil")?.version).toBe(2));
  await page.dismissAll();
  await page.add("Bread");
  await page.user.click(screen.getByText(row.delete("Wicks")));
  await page.dismissAll(); // it goes out at once
  await waitFor(() => expect(page.gateway.trash).toHaveLength(1));
  await page.pressU(undo.deleted("Wicks"));
  expect(page.stored("Wicks")).toMatchObject({ version: 3, deletedAt: null });
  expect(screen.getByText("Wicks")).toBeVisible();
  await page.pressU(did.created("Bread"));
  expect(screen.queryByText("Bread")).not.toBeInTheDocument();
  await page.pressU(undo.moved("Oil", "Completed"));
  expect(page.stored("Oil")).toMatchObject({ status: "Waiting", version: 3 });
  await page.user.keyboard("u");
  await screen.findByText(told.nothing);
  expect(page.undos()).toBe(3);
});

test("what waits for its seconds is undone without a word to the gateway, and before what was done earlier", async () => {
  await page.complete("Oil");
  await page.user.click(screen.getByText(row.delete("Wicks")));
  await page.user.keyboard("u");
  await screen.findByText("Wicks");
  expect(page.gateway.writes).toHaveLength(1);
  await page.pressU(undo.moved("Oil", "Completed"));
});

test("an undo can be taken back, and is an act again then", async () => {
  await page.complete("Oil");
  await page.pressU(undo.moved("Oil", "Completed"));
  await page.user.click(screen.getByText(redo));
  await screen.findByText(told.redone(undo.moved("Oil", "Completed")));
  expect(page.stored("Oil")).toMatchObject({ status: "Completed", version: 4 });
  await page.pressU(undo.moved("Oil", "Completed"));
  expect(page.stored("Oil")).toMatchObject({ status: "Waiting", version: 5 });
  // The page follows its own undo: this is no conflict.
  await page.complete("Oil");
  await waitFor(() => expect(page.stored("Oil")).toMatchObject({ status: "Completed", version: 6 }));
});

test("an undo shows at once, and a change that is made before its answer is sent upon it", async () => {
  await page.complete("Oil");
  await waitFor(() => expect(page.stored("Oil")?.version).toBe(2));
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
    if (input.endsWith("/undo")) await held;
    return page.gateway.fetch(input, init);
  });
  await page.user.keyboard("u");
  const button = screen.getByLabelText(row.completed("Oil"));
  await waitFor(() => expect(button).toHaveAttribute("aria-pressed", "false"));
  await page.complete("Oil");
  release();
  await waitFor(() => expect(page.stored("Oil")).toMatchObject({ status: "Completed", version: 4 }));
});

test("pasted lines are one act", async () => {
  await page.user.click(screen.getByLabelText(quickAdd.label));
  await page.user.paste("Glass\nRope\nSalt");
  await page.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: paste.create(3) }));
  await screen.findByText(paste.done(3));
  await page.user.click(document.body);
  await page.pressU(did.createdMany(3));
  expect(page.gateway.tasks.map(({ title }) => title)).toEqual(["Oil", "Wicks"]);
  await page.user.click(screen.getByText(redo));
  await screen.findByText(told.redone(did.createdMany(3)));
  expect(page.gateway.tasks).toHaveLength(5);
});

test("what was done can be undone after a reload", async () => {
  await page.add("Bread");
  await page.complete("Oil");
  await waitFor(() => expect(page.stored("Oil")?.version).toBe(2));
  await page.pressU(undo.moved("Oil", "Completed"));
  page.unmount();
  openTasksPage(page.gateway);
  await screen.findByText("Bread");
  await page.pressU(did.created("Bread"));
  await page.user.keyboard("u");
  await screen.findByText(told.nothing);
});

test("an undo that waits for its answer as the tab is closed can be undone after that", async () => {
  await page.complete("Oil");
  await waitFor(() => expect(page.stored("Oil")?.version).toBe(2));
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  await page.user.keyboard("u");
  await waitFor(() => expect(screen.getByLabelText(row.completed("Oil"))).toHaveAttribute("aria-pressed", "false"));
  page.unmount();
  openTasksPage(page.gateway);
  await screen.findByText("Oil");
  await page.pressU(undo.moved("Oil", "Completed"));
  expect(page.stored("Oil")?.status).toBe("Waiting");
});
