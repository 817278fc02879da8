import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { Task } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { fakeGateway } from "@/testing/fake-gateway";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";

const fields = getMessages(fieldMessages);
const { conflict, form, row, undo } = getMessages(taskMessages);

const user = userEvent.setup();
const TASK = aTask({ title: "Buy lamp oil", list: "Errands" });

/** The page, whose one task somebody else has changed since it was shown. */
async function openChangedElsewhere(theirs: Partial<Task>) {
  const gateway = fakeGateway([TASK]);
  openTasksPage(gateway);
  await screen.findByText(TASK.title);
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
