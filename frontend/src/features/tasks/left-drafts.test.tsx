import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import { fieldMessages } from "@/lib/messages/fields";
import { panelMessages } from "@/lib/messages/panel";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";

const { close } = getMessages(shellMessages);
const fields = getMessages(fieldMessages);
const { conflict, draft, form, quickAdd, row } = getMessages(taskMessages);
const { names, navigation } = getMessages(viewMessages);

const user = userEvent.setup();
const TASK = aTask({ title: "Buy lamp oil" });

async function openPage(gateway: FakeGateway) {
  const page = openTasksPage(gateway);
  await screen.findByText(TASK.title);
  return page;
}

const description = () => screen.getByLabelText(fields.description);
const dialog = () => screen.queryByRole("dialog");

async function edit(words: string) {
  await user.click(screen.getByRole("button", { name: row.edit(TASK.title) }));
  await user.type(description(), words);
}

test("what was left opens no dialog by itself, and is there when its task is opened again", async () => {
  const page = await openPage(fakeGateway([TASK]));
  await edit("Two bottles");
  await user.click(screen.getByRole("button", { name: form.cancel }));
  await waitFor(() => expect(dialog()).not.toBeInTheDocument());
  page.unmount();
  await openPage(fakeGateway([TASK]));
  expect(dialog()).not.toBeInTheDocument();
  await user.click(screen.getByText(TASK.title));
  expect(description()).toHaveValue("Two bottles");
});

test("a new task that was left is there when one begins another", async () => {
  await openPage(fakeGateway([TASK]));
  await user.keyboard("n");
  await user.type(screen.getByLabelText(fields.title), "Find the bell");
  await user.click(screen.getByRole("button", { name: form.cancel }));
  await waitFor(() => expect(dialog()).not.toBeInTheDocument());
  await user.keyboard("n");
  expect(screen.getByLabelText(fields.title)).toHaveValue("Find the bell");
});

test("what was typed upon a task that was discarded elsewhere can be taken up as a new one", async () => {
  const gateway = fakeGateway([TASK]);
  await openPage(gateway);
  await edit("Two bottles");
  gateway.tasks = [];
  await user.click(screen.getByRole("button", { name: form.save }));
  await user.click(await screen.findByRole("button", { name: draft.resume }));
  expect(screen.getByRole("dialog", { name: form.newHeading })).toBeVisible();
  expect(description()).toHaveValue("Two bottles");
  await user.click(screen.getByRole("button", { name: form.create }));
  await waitFor(() => expect(gateway.tasks[0]?.description).toBe("Two bottles"));
});

test("what was typed upon a task that is gone is there, too, when one begins a new one", async () => {
  const gateway = fakeGateway([TASK]);
  const page = await openPage(gateway);
  await edit("Two bottles");
  gateway.tasks = [];
  await user.click(screen.getByRole("button", { name: form.save }));
  await screen.findByRole("button", { name: draft.resume });
  page.unmount();
  await openPage(fakeGateway([TASK]));
  expect(dialog()).not.toBeInTheDocument();
  await user.keyboard("n");
  expect(description()).toHaveValue("Two bottles");
});

test("what was left can be taken up again from its notice", async () => {
  await openPage(fakeGateway([TASK]));
  await edit("Two bottles");
  await user.click(screen.getByRole("button", { name: form.cancel }));
  await waitFor(() => expect(dialog()).not.toBeInTheDocument());
  await user.click(screen.getByRole("button", { name: draft.resume }));
  expect(description()).toHaveValue("Two bottles");
});

const UNSAVED = { name: new RegExp(`^${row.unsaved}`) };

test("leaving a conflict keeps your words, and marks the row until they are saved", async () => {
  const gateway = fakeGateway([TASK]);
  await openPage(gateway);
  await edit("Two bottles");
  gateway.tasks = [{ ...TASK, description: "Theirs", version: 9 }];
  await user.click(screen.getByRole("button", { name: form.save }));
  await screen.findByRole("dialog", { name: conflict.heading });
  await user.click(screen.getByRole("button", { name: close }));
  expect(gateway.tasks[0]?.description).toBe("Theirs");
  await user.click(screen.getByRole("button", UNSAVED));
  expect(description()).toHaveValue("Two bottles");
  await user.click(screen.getByRole("button", { name: form.save }));
  await user.click(await screen.findByRole("button", { name: conflict.overwrite }));
  await waitFor(() => expect(gateway.tasks[0]?.description).toBe("Two bottles"));
  await waitFor(() => expect(screen.queryByRole("button", UNSAVED)).not.toBeInTheDocument());
});

test("what was begun in the line is kept in the form, too", async () => {
  const page = await openPage(fakeGateway([TASK]));
  await user.click(screen.getByLabelText(quickAdd.label));
  await user.paste("Find the bell");
  await user.click(screen.getByRole("button", { name: quickAdd.more }));
  page.unmount();
  await openPage(fakeGateway([TASK]));
  expect(screen.getByLabelText(fields.title)).toHaveValue("Find the bell");
});

const goTo = (view: string) => user.click(within(screen.getByRole("navigation", { name: navigation })).getByRole("link", { name: view }));
const back = () => act(() => window.history.back());

test("what was typed is in the form to which Back leads from another view, and more of it is kept", async () => {
  const gateway = fakeGateway([TASK]);
  await openPage(gateway);
  await edit("Two");
  await goTo(names.today);
  await waitFor(() => expect(dialog()).not.toBeInTheDocument());
  back();
  await screen.findByRole("dialog", { name: form.editHeading });
  expect(description()).toHaveValue("Two");
  await user.type(description(), " bottles");
  await user.click(screen.getByRole("button", { name: draft.resume }));
  await goTo(names.today);
  back();
  await screen.findByRole("dialog", { name: form.editHeading });
  expect(description()).toHaveValue("Two bottles");
  await user.click(screen.getByRole("button", { name: form.save }));
  await waitFor(() => expect(gateway.tasks[0]?.description).toBe("Two bottles"));
});

test("what was typed on a sheet is there when one goes Back from it and Forward again", async () => {
  vi.spyOn(window, "matchMedia").mockImplementation((media) => Object.assign(new EventTarget(), { media, matches: false }) as MediaQueryList);
  await openPage(fakeGateway([TASK]));
  await edit("Two bottles");
  back();
  await waitFor(() => expect(dialog()).not.toBeInTheDocument());
  act(() => window.history.forward());
  await screen.findByRole("dialog", { name: form.editHeading });
  expect(description()).toHaveValue("Two bottles");
});

test("a form in which nothing was typed is left by Back for good, and one opened from the reading leads back to it", async () => {
  await openPage(fakeGateway([TASK]));
  await user.click(screen.getByRole("button", { name: row.edit(TASK.title) }));
  await goTo(names.today);
  back();
  await screen.findByRole("dialog", { name: TASK.title });
  await user.click(screen.getByRole("button", { name: getMessages(panelMessages).edit }));
  await user.click(screen.getByRole("button", { name: form.cancel }));
  expect(screen.getByRole("dialog", { name: TASK.title })).toBeVisible();
});
