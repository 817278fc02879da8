import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { Task } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { bulkMessages } from "@/lib/messages/bulk";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { fakeGateway } from "@/testing/fake-gateway";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";

const bulk = getMessages(bulkMessages);
const fields = getMessages(fieldMessages);
const { conflict, form, row, undo } = getMessages(taskMessages);

const user = userEvent.setup();
const TASK = aTask({ title: "Buy lamp oil", list: "Errands" });

/** The page, whose one task somebody else has changed since it was shown. */
async function openChangedElsewhere(theirs: Partial<Task>) {
  const gateway = fakeGateway([TASK]);
  openTasksPage(gateway);
  await screen.findByText(TASK.title);
  // What it reads once the stream is open.
  await waitFor(() => expect(gateway.reads.filter((read) => read.startsWith("limit"))).toHaveLength(2));
  gateway.tasks = [{ ...TASK, ...theirs, version: 9 }];
  return gateway;
}

async function edit(words: Partial<Record<"title" | "description" | "list", string>>) {
  await user.click(screen.getByRole("button", { name: row.edit(TASK.title) }));
  for (const [field, text] of Object.entries(words)) {
    const input = screen.getByLabelText(fields[field as keyof typeof words]);
    await user.clear(input);
    await user.paste(text);
  }
  await user.click(screen.getByRole("button", { name: form.save }));
}

const side = (field: "title" | "list", name: string) =>
  within(screen.getByRole("group", { name: fields[field] })).getByRole("radio", { name });

test("what only one side touched is put together without a word", async () => {
  const gateway = await openChangedElsewhere({ status: "In Progress", priority: 2 });
  await edit({ description: "Two bottles" });
  await waitFor(() => expect(gateway.tasks[0]).toMatchObject({ status: "In Progress", priority: 2, description: "Two bottles", version: 10 }));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("what is done to many at once meanwhile takes nobody else's words for one's own", async () => {
  const gateway = await openChangedElsewhere({ description: "Theirs" });
  await user.click(screen.getByRole("button", { name: row.edit(TASK.title) }));
  await user.type(screen.getByLabelText(fields.description), "Yours");
  await user.click(screen.getByRole("checkbox", { name: bulk.select(TASK.title) }));
  await user.click(await screen.findByRole("button", { name: bulk.complete }));
  await waitFor(() => expect(gateway.tasks[0]).toMatchObject({ status: "Completed", version: 10 }));
  await user.click(screen.getByRole("button", { name: form.save }));
  await screen.findByRole("dialog", { name: conflict.heading });
  expect(gateway.tasks[0]?.description).toBe("Theirs");
});

test("asks about the fields that both changed alone, and writes each as it was chosen", async () => {
  const gateway = await openChangedElsewhere({ title: "Theirs", list: "Shops", status: "In Progress" });
  await edit({ title: "Yours", list: "Harbour", description: "Two bottles" });
  const dialog = within(await screen.findByRole("dialog", { name: conflict.heading }));
  expect(dialog.getAllByRole("group").map((group) => group.querySelector("legend")?.textContent)).toEqual([fields.title, fields.list]);
  expect(gateway.tasks[0]).toMatchObject({ title: "Theirs", description: "" });
  await user.click(side("title", `${conflict.theirs} Theirs`));
  await user.click(side("list", `${conflict.theirs} Shops`));
  await user.click(side("list", `${conflict.yours} Harbour`));
  await user.click(dialog.getByRole("button", { name: conflict.saveChosen }));
  await waitFor(() =>
    expect(gateway.tasks[0]).toMatchObject({ title: "Theirs", list: "Harbour", status: "In Progress", description: "Two bottles" }),
  );
});

test("keeping theirs keeps what nobody else touched of yours", async () => {
  const gateway = await openChangedElsewhere({ title: "Theirs" });
  await edit({ title: "Yours", description: "Two bottles" });
  await user.click(await screen.findByRole("button", { name: conflict.keepTheirs }));
  await waitFor(() => expect(gateway.tasks[0]).toMatchObject({ title: "Theirs", description: "Two bottles", version: 10 }));
});

test("a delete of what was rewritten is asked about, and of what was only moved is not", async () => {
  const gateway = await openChangedElsewhere({ rank: "z" });
  await user.click(screen.getByRole("button", { name: row.delete(TASK.title) }));
  window.dispatchEvent(new Event("pagehide"));
  await waitFor(() => expect(gateway.tasks).toEqual([]));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("a delete of what was rewritten shows what is new", async () => {
  const gateway = await openChangedElsewhere({ title: "Theirs", description: "" });
  await user.click(screen.getByRole("button", { name: row.delete(TASK.title) }));
  window.dispatchEvent(new Event("pagehide"));
  const dialog = within(await screen.findByRole("dialog", { name: conflict.heading }));
  expect(dialog.getAllByText(conflict.differs).map((mark) => mark.parentElement?.textContent)).toEqual([`${fields.title} ${conflict.differs}`]);
  await user.click(dialog.getByRole("button", { name: conflict.deleteAnyway }));
  await screen.findByText(undo.deleted("Theirs"));
  window.dispatchEvent(new Event("pagehide"));
  await waitFor(() => expect(gateway.tasks).toEqual([]));
});

/** The title has been changed on both sides. */
async function makeConflict() {
  const gateway = await openChangedElsewhere({ title: "From elsewhere" });
  await edit({ title: "From here" });
  return { gateway, dialog: within(await screen.findByRole("dialog", { name: conflict.heading })) };
}

test("a conflict shows theirs and yours side by side, and has written nothing yet", async () => {
  const { gateway, dialog } = await makeConflict();
  expect(within(dialog.getByRole("region", { name: conflict.theirs })).getByText("From elsewhere")).toBeVisible();
  expect(within(dialog.getByRole("region", { name: conflict.yours })).getByText("From here")).toBeVisible();
  expect(gateway.tasks[0]).toMatchObject({ title: "From elsewhere", version: 9 });
});

test("keeping theirs shows theirs and sends nothing", async () => {
  const { gateway, dialog } = await makeConflict();
  await user.click(dialog.getByRole("button", { name: conflict.keepTheirs }));
  expect(screen.getByRole("heading", { level: 2, name: "From elsewhere" })).toBeVisible();
  expect(gateway.writes).toHaveLength(1);
});

test("writing yours over theirs sends it upon their version", async () => {
  const { gateway, dialog } = await makeConflict();
  await user.click(dialog.getByRole("button", { name: conflict.overwrite }));
  await waitFor(() => expect(gateway.tasks[0]).toMatchObject({ title: "From here", version: 10 }));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("a conflict that comes while one types chooses nothing by itself", async () => {
  await makeConflict();
  expect(screen.getByRole("heading", { name: conflict.heading })).toHaveFocus();
  await user.keyboard("words and spaces{Enter}");
  expect(screen.getByRole("dialog", { name: conflict.heading })).toBeVisible();
});

const complete = (title: string) => screen.getByRole("button", { name: row.completed(title) });

test("of two conflicts each is asked about", async () => {
  const gateway = fakeGateway([TASK, aTask({ title: "Call the plumber" })]);
  openTasksPage(gateway);
  await screen.findByText(TASK.title);
  gateway.tasks = gateway.tasks.map((task) => ({ ...task, status: "In Progress", version: 9 }));
  await user.click(complete(TASK.title));
  await user.click(complete("Call the plumber"));
  for (const left of [2, 1]) {
    const dialog = within(await screen.findByRole("dialog", { name: conflict.heading }));
    await user.click(dialog.getByRole("button", { name: conflict.overwrite }));
    await waitFor(() => expect(gateway.tasks.filter(({ status }) => status !== "Completed")).toHaveLength(left - 1));
  }
});

test("both having wanted the same is no conflict", async () => {
  const gateway = await openChangedElsewhere({ status: "Completed" });
  await user.click(complete(TASK.title));
  await waitFor(() => expect(gateway.writes).toHaveLength(1));
  await waitFor(() => expect(complete(TASK.title)).toHaveAttribute("aria-pressed", "true"));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});
