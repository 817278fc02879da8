import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { Activity, FieldChange } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { exactTime } from "@/lib/time/format";
import { fakeGateway } from "@/testing/fake-gateway";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";
import { changesBackTo } from "./version";

const { removed, added, version } = getMessages(activityMessages);
const user = userEvent.setup();
const OIL = aTask({ title: "Oil for all lamps", description: "Two bottles of the good oil", list: "Home", rank: "c", version: 3 });

const entry = (id: string, minute: number, changes: Record<string, FieldChange>): Activity => ({
  ...{ id, type: "TaskUpdated", taskId: OIL._id, taskTitle: "Oil", message: "", batchId: null, causedBy: null, changes },
  timestamp: `2026-11-22T12:0${minute}:00.000Z`,
  recordedAt: `2026-11-22T12:0${minute}:00.000Z`,
});

const HISTORY = [
  entry("3", 3, { title: { from: "Oil", to: "Oil for all lamps" }, rank: { from: "b", to: "c" } }),
  entry("2", 2, {
    title: { from: "Oil for the lamp", to: "Oil" },
    description: { from: "One bottle of the good oil", to: "Two bottles of the good oil" },
  }),
  entry("1", 1, { list: { from: "", to: "Home" } }),
];

test("a version is what the entries behind it leave of the task, without what no person sets", () => {
  const [newest, middle, oldest] = HISTORY as [Activity, Activity, Activity];
  expect(changesBackTo(newest, HISTORY, OIL)).toEqual({});
  expect(changesBackTo(middle, HISTORY, OIL)).toEqual({ title: { from: "Oil for all lamps", to: "Oil" } });
  expect(changesBackTo(oldest, HISTORY, OIL)).toEqual({
    title: { from: "Oil for all lamps", to: "Oil for the lamp" },
    description: { from: "Two bottles of the good oil", to: "One bottle of the good oil" },
  });
  // It had that title already before the first entry.
  expect(changesBackTo(oldest, HISTORY, { ...OIL, title: "Oil for the lamp" })).not.toHaveProperty("title");
});

async function openHistory() {
  const gateway = fakeGateway([OIL]);
  gateway.activities = HISTORY;
  openTasksPage(gateway, `/hunt?task=${OIL._id}`);
  const buttons = await screen.findAllByText(new RegExp(`^${version.restoreThis}`));
  return { gateway, buttons };
}

test("the words that were taken out of a text and put into it are told apart from those that stayed", async () => {
  await openHistory();
  const panel = within(screen.getByRole("dialog"));
  await panel.findByText("One bottle");
  const told = (text: string) => panel.getByText(text).parentElement;
  expect(told("One bottle")?.tagName).toBe("DEL");
  expect(told("One bottle")).toHaveTextContent(removed);
  expect(told("Two bottles")?.tagName).toBe("INS");
  expect(told("Two bottles")).toHaveTextContent(added);
});

test("going back to a version says what it changes, and is one change of what differs", async () => {
  const { gateway, buttons } = await openHistory();
  expect(buttons).toHaveLength(2); // the newest entry is how the task is
  await user.click(buttons[1]!);
  const dialog = within(await screen.findByRole("dialog", { name: version.heading }));
  expect(dialog.getByText(version.explanation(exactTime(HISTORY[2]!.timestamp)))).toBeVisible();
  expect(dialog.getAllByRole("term")).toHaveLength(2);
  await user.click(dialog.getByRole("button", { name: version.restoreThis }));
  await waitFor(() => expect(gateway.tasks[0]).toMatchObject({ title: "Oil for the lamp", version: 4, rank: "c", list: "Home" }));
  expect(gateway.writes).toEqual([
    `PATCH ${JSON.stringify({ title: "Oil for the lamp", description: "One bottle of the good oil" })}`,
  ]);
});

test("who does not go back changes nothing", async () => {
  const { gateway, buttons } = await openHistory();
  await user.click(buttons[0]!);
  await user.click(await screen.findByRole("button", { name: version.cancel }));
  expect(screen.queryByRole("dialog", { name: version.heading })).not.toBeInTheDocument();
  expect(gateway.writes).toEqual([]);
});

test.each([
  ["beside the list", true],
  ["on a sheet", false],
])("Escape leaves the version alone, not the task that stands %s", async (_where, matches) => {
  vi.spyOn(window, "matchMedia").mockImplementation((media) => Object.assign(new EventTarget(), { media, matches }) as MediaQueryList);
  const { buttons } = await openHistory();
  await user.click(buttons[0]!);
  const dialog = await screen.findByRole("dialog", { name: version.heading });
  within(dialog).getByRole("button", { name: version.cancel }).focus();
  // A browser follows the key by the other event, which jsdom does not.
  await user.keyboard("{Escape}");
  fireEvent(dialog, new Event("cancel", { cancelable: true }));
  expect(screen.getAllByRole("dialog")).toEqual([screen.getByRole("dialog", { name: OIL.title })]);
});
