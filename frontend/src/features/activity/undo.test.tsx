import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { BulkChange, Task } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { undoMessages } from "@/lib/messages/undo";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { journalOf } from "@/testing/fake-history";
import { renderPage, SignedInProviders } from "@/testing/render";
import { aTask } from "@/testing/tasks";
import ActivityView from "./ActivityView";

const { many, sentence, types, undone } = getMessages(activityMessages);
const { conflict, ofEntry, redo, told, undo } = getMessages(undoMessages);
const user = userEvent.setup();
const BASE = "http://gateway.test/api/tasks";

let gateway: FakeGateway;
beforeEach(() => {
  gateway = fakeGateway([aTask({ title: "Oil", status: "Waiting" }), aTask({ title: "Wicks" }), aTask({ title: "Glass" })]);
  vi.stubGlobal("fetch", gateway.fetch);
});

const stored = (title: string) => gateway.tasks.find((task) => task.title === title) as Task;
const bulk = (change: BulkChange) => gateway.fetch(`${BASE}/bulk`, { method: "POST", body: JSON.stringify(change) });
const patch = ({ _id, version }: Task, body: Partial<Task>) =>
  gateway.fetch(`${BASE}/${_id}`, { method: "PATCH", body: JSON.stringify(body), headers: { "if-match": `"${version}"` } });

async function open() {
  gateway.activities = journalOf(gateway);
  window.history.replaceState(null, "", "/journal");
  renderPage(
    <SignedInProviders>
      <ActivityView />
    </SignedInProviders>,
  );
  await waitFor(() => expect(gateway.streams).toHaveLength(1));
  await screen.findAllByRole("listitem");
}

/** The journal hears of all that was done since it was opened. */
function record() {
  const since = gateway.events.length - gateway.activities.length;
  const news = journalOf(gateway).slice(0, since).reverse();
  gateway.activities = journalOf(gateway);
  act(() => news.forEach((each) => gateway.tell("activity", each, each.id)));
}

const press = async (label: string, what: string) => user.click(await screen.findByRole("button", { name: ofEntry(label, what) }));
const UPDATED = sentence(types.TaskUpdated, "Oil");

test("an entry is undone, says so, and is done again by the undo, which says what it undid", async () => {
  await patch(stored("Oil"), { status: "Open" });
  await open();
  await press(undo, UPDATED);
  await screen.findByText(told.undone(UPDATED));
  expect(stored("Oil")).toMatchObject({ status: "Waiting", version: 3 });
  record();
  expect(await screen.findByText(undone.isUndone)).toBeVisible();
  expect(screen.getByText(undone.takesBack(UPDATED))).toBeVisible();
  expect(screen.queryByRole("button", { name: ofEntry(undo, UPDATED) })).not.toBeInTheDocument();
  const [ofTheUndo] = screen.getAllByRole("button", { name: ofEntry(redo, UPDATED) }) as [HTMLElement];
  await user.click(ofTheUndo);
  await screen.findByText(told.redone(UPDATED));
  expect(stored("Oil")).toMatchObject({ status: "Open", version: 4 });
  record();
  expect(await screen.findByText(undone.doesAgain(UPDATED))).toBeVisible();
  await waitFor(() => expect(screen.getAllByRole("button", { name: ofEntry(undo, UPDATED) })).toHaveLength(2));
});

test("the undo of an older entry that was changed since asks which value is to stand", async () => {
  await patch(stored("Oil"), { status: "Open" });
  await patch(stored("Oil"), { status: "Theirs" });
  await open();
  const [, older] = (await screen.findAllByRole("button", { name: ofEntry(undo, UPDATED) })) as [HTMLElement, HTMLElement];
  await user.click(older);
  const dialog = within(await screen.findByRole("dialog", { name: conflict.heading }));
  expect(await dialog.findByText("Theirs")).toBeVisible();
  expect(dialog.getByText("Waiting")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: conflict.putBack }));
  await waitFor(() => expect(stored("Oil")).toMatchObject({ status: "Waiting", version: 4 }));
});

test("what was done to many is one entry, which unfolds, with one undo and one redo for all", async () => {
  await bulk({ ids: gateway.tasks.map(({ _id }) => _id), set: { list: "Home" } });
  await open();
  const all = `${types.TaskUpdated}: ${many(3, false)}`;
  const single = () => screen.getByText("Wicks");
  expect(single()).not.toBeVisible();
  await user.click(screen.getByText(many(3, false)));
  expect(single()).toBeVisible();
  await press(undo, all);
  await screen.findByText(told.undone(all));
  expect(gateway.tasks.map(({ list }) => list)).toEqual(["", "", ""]);
  expect(gateway.writes.filter((write) => write.includes("batchId"))).toHaveLength(1);
  record();
  await waitFor(() => expect(screen.getAllByRole("button", { name: ofEntry(redo, all) })).toHaveLength(2));
  await user.click(screen.getAllByRole("button", { name: ofEntry(redo, all) })[1]!);
  await waitFor(() => expect(gateway.tasks.map(({ list }) => list)).toEqual(["Home", "Home", "Home"]));
});

test("of many, one alone can be undone, and the rest with one press after it", async () => {
  await bulk({ ids: gateway.tasks.map(({ _id }) => _id), set: { list: "Home" } });
  await open();
  await user.click(screen.getByText(many(3, false)));
  await press(undo, sentence(types.TaskUpdated, "Wicks"));
  await waitFor(() => expect(gateway.tasks.filter(({ list }) => list === "Home")).toHaveLength(2));
  record();
  await press(undo, `${types.TaskUpdated}: ${many(3, false)}`);
  await waitFor(() => expect(gateway.tasks.map(({ list }) => list)).toEqual(["", "", ""]));
});

test("a button is used once until its answer is there, and keeps the focus", async () => {
  await patch(stored("Oil"), { status: "Open" });
  await open();
  let answerIt = () => undefined as void;
  gateway.nextWrite = () => new Promise((resolve) => (answerIt = () => resolve(new Response("{}", { status: 404 }))));
  const button = await screen.findByRole("button", { name: ofEntry(undo, UPDATED) });
  await user.dblClick(button);
  await waitFor(() => expect(button).toHaveAttribute("aria-disabled", "true"));
  answerIt();
  await screen.findByText(told.unknown(UPDATED));
  expect(button).toHaveFocus();
  expect(gateway.writes.filter((write) => write.includes("eventId"))).toHaveLength(1);
});
