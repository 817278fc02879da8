import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { answer } from "@/testing/session";
import { aTask } from "@/testing/tasks";
import { personStorage } from "@/lib/person-storage";
import { openTasksPage } from "@/testing/tasks-page";
import { Drafts } from "./drafts";
import { inputOf } from "./fields";

const { tryAgain } = getMessages(commonMessages);
const fields = getMessages(fieldMessages);
const { conflict, form, quickAdd, row } = getMessages(taskMessages);

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

/** From now on the gateway knows neither token nor cookie. */
const revoke = () => vi.stubGlobal("fetch", async () => answer(401, { message: "Invalid refresh token" }));
const toBeSignedOut = () => screen.findByText("Loading");

test("what was typed in an open dialog is there again after the session was ended, and a login", async () => {
  const page = await openPage(fakeGateway([TASK]));
  await edit("Two bottles");
  revoke();
  await user.click(screen.getByText("Ask"));
  await toBeSignedOut();
  page.unmount();
  await openPage(fakeGateway([TASK]));
  expect(description()).toHaveValue("Two bottles");
});

test("a save that came too late is a draft again, and is sent upon the version it was typed on", async () => {
  const page = await openPage(fakeGateway([TASK]));
  await edit("Two bottles");
  revoke();
  await user.click(screen.getByRole("button", { name: form.save }));
  await toBeSignedOut();
  page.unmount();

  const gateway = fakeGateway([{ ...TASK, description: "Theirs", version: 2 }]);
  await openPage(gateway);
  expect(description()).toHaveValue("Two bottles");
  await user.click(screen.getByRole("button", { name: form.save }));
  expect(await screen.findByRole("dialog", { name: conflict.heading })).toBeVisible();
});

test("a new task that came too late is a draft again, and a mere click is not", async () => {
  const page = await openPage(fakeGateway([TASK]));
  revoke();
  await user.type(screen.getByLabelText(quickAdd.label), "Find the bell{Enter}");
  await toBeSignedOut();
  page.unmount();
  await openPage(fakeGateway([TASK]));
  expect(within(screen.getByRole("dialog", { name: form.newHeading })).getByLabelText(fields.title)).toHaveValue("Find the bell");
  await user.click(screen.getByRole("button", { name: form.throwAway }));
  revoke();
  await user.click(screen.getByRole("button", { name: row.completed(TASK.title) }));
  await toBeSignedOut();
  expect(Object.keys(sessionStorage).filter((key) => key.includes("words"))).toEqual([]);
});

test.each([
  ["saved", form.save],
  ["thrown away", form.throwAway],
])("a draft that was %s does not come back", async (_how, button) => {
  const gateway = fakeGateway([TASK]);
  const page = await openPage(gateway);
  await edit("Two bottles");
  await user.click(screen.getByRole("button", { name: button }));
  await waitFor(() => expect(dialog()).not.toBeInTheDocument());
  page.unmount();
  await openPage(gateway);
  expect(dialog()).not.toBeInTheDocument();
});

test("what the gateway did not take is a draft, until it is tried again", async () => {
  const gateway = fakeGateway([TASK]);
  const page = await openPage(gateway);
  await edit("Two bottles");
  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await user.click(screen.getByRole("button", { name: form.save }));
  await screen.findByRole("button", { name: tryAgain });
  await user.click(screen.getByText(TASK.title));
  expect(description()).toHaveValue("Two bottles");
  page.unmount();
  const again = await openPage(gateway);
  expect(description()).toHaveValue("Two bottles");

  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await user.click(screen.getByRole("button", { name: form.save }));
  await user.click(await screen.findByRole("button", { name: tryAgain }));
  await waitFor(() => expect(gateway.tasks[0]?.description).toBe("Two bottles"));
  again.unmount();
  await openPage(gateway);
  expect(dialog()).not.toBeInTheDocument();
});

test("of several tasks that came too late each is a draft again", async () => {
  const page = await openPage(fakeGateway([TASK]));
  let letGo: (answered: Response) => void = () => undefined;
  const ended = new Promise<Response>((resolve) => (letGo = resolve));
  vi.stubGlobal("fetch", async () => (await ended).clone());
  for (const title of ["One", "Two", "Three"]) {
    await user.type(screen.getByLabelText(quickAdd.label), `${title}{Enter}`);
  }
  letGo(answer(401, { message: "Invalid refresh token" }));
  await toBeSignedOut();
  page.unmount();
  await openPage(fakeGateway([TASK]));
  for (const title of ["One", "Two", "Three"]) {
    expect(within(screen.getByRole("dialog")).getByLabelText(fields.title)).toHaveValue(title);
    await user.click(screen.getByRole("button", { name: form.throwAway }));
  }
  expect(dialog()).not.toBeInTheDocument();
});

test("tells when words upon another task are unsaved, and not of each letter", () => {
  const drafts = new Drafts(personStorage("alice"));
  const told = vi.fn();
  const stop = drafts.watchUnsaved(told);
  const base = { ...TASK, key: TASK._id, stored: true };
  for (const description of ["", "T", "Tw"]) drafts.keep({ id: TASK._id, base, input: { ...inputOf(TASK), description } });
  expect(drafts.unsaved()).toEqual(new Set([TASK._id]));
  expect(told).toHaveBeenCalledTimes(1);
  drafts.drop(TASK._id);
  expect(drafts.unsaved()).toEqual(new Set());
  expect(told).toHaveBeenCalledTimes(2);
  stop();
});

test("the line for a new task keeps its words over a reload", async () => {
  const line = () => screen.getByLabelText(quickAdd.label);
  const page = await openPage(fakeGateway([TASK]));
  await user.type(line(), "Find the");
  page.unmount();
  const again = await openPage(fakeGateway([TASK]));
  expect(line()).toHaveValue("Find the");
  await user.type(line(), " bell{Enter}");
  again.unmount();
  await openPage(fakeGateway([TASK]));
  expect(line()).toHaveValue("");
});
