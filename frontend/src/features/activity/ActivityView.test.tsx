import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { getMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { activityMessages } from "@/lib/messages/activity";
import { renderPage, SignedInProviders } from "@/testing/render";
import { accessToken, answer } from "@/testing/session";
import ActivityView from "./ActivityView";

const fields = getMessages(fieldMessages);
const { empty, loadMore, openAll, priorities, taskEmpty, taskUnknown } = getMessages(activityMessages);

/** Opens the feed at this address; the gateway answers every reading of it alike. */
function open(address: string, reading: (url: string) => Response) {
  window.history.replaceState(null, "", address);
  vi.stubGlobal("fetch", async (url: string) =>
    url.endsWith("/refresh") ? answer(200, { accessToken: accessToken("alice") }) : reading(url),
  );
  renderPage(
    <SignedInProviders>
      <ActivityView />
    </SignedInProviders>,
  );
}

const nothing = () => answer(200, { activities: [], nextCursor: null });
const wayBack = () => screen.getByRole("link", { name: openAll });

test("an address that cannot be a task's says so and leads back, with nothing to try again", async () => {
  open("/journal?task=zzz", () => answer(400, { message: "Invalid input", errors: [{ field: "taskId", message: "no" }] }));
  await screen.findByRole("heading", { name: taskUnknown.heading });
  expect(wayBack()).toHaveAttribute("href", "/journal");
  expect(screen.queryByRole("button")).not.toBeInTheDocument();
});

test("a task without activities is not taken for an empty feed", async () => {
  open(`/journal?task=${"0".repeat(24)}`, nothing);
  await screen.findByRole("heading", { name: taskEmpty.heading });
  expect(wayBack()).toHaveAttribute("href", "/journal");
});

test.each(["/journal", "/journal?task="])("an empty feed at %s says where activities come from", async (address) => {
  open(address, (url) => (url.includes("taskId") ? answer(400, { message: "Invalid input" }) : nothing()));
  await screen.findByRole("heading", { name: empty.heading });
  expect(screen.queryByRole("link", { name: openAll })).not.toBeInTheDocument();
});

test("a change shows what a person set, in words, and a new task nothing of what it was made with", async () => {
  const entry = { taskId: "t", taskTitle: "Oil", message: "", batchId: null, causedBy: null, timestamp: "2026-11-22T12:00:00.000Z", recordedAt: "2026-11-22T12:00:00.000Z" };
  const due = { from: null, to: { at: "2026-12-01T09:00", tz: "Europe/Rome" } };
  const checklist = { from: [], to: [{ id: "a1", text: "two bottles", done: false }] };
  const priority = { from: 0, to: 3 };
  const rank = { from: "a", to: "b" };
  const activities = [
    { ...entry, id: "2", type: "TaskUpdated", changes: { due, checklist, priority, rank } },
    { ...entry, id: "1", type: "TaskCreated", changes: { title: { from: null, to: "Oil" }, rank } },
  ];
  open("/journal", () => answer(200, { activities, nextCursor: null }));
  await screen.findByText("2026-12-01T09:00 Europe/Rome");
  expect(screen.getByText("☐ two bottles")).toBeInTheDocument();
  expect(screen.getByText(priorities[3] ?? "")).toBeInTheDocument();
  expect(screen.getAllByRole("term").map((term) => term.textContent)).toEqual([fields.due, fields.checklist, fields.priority]);
});

/** The foot of the list is in sight, always. */
class InSight {
  constructor(private readonly told: (entries: { isIntersecting: boolean }[]) => void) {}
  observe() {
    queueMicrotask(() => this.told([{ isIntersecting: true }]));
  }
  disconnect() {}
}

test("a cursor that is refused makes the feed begin anew, and is not asked for without an end", async () => {
  vi.stubGlobal("IntersectionObserver", InSight);
  const first = { id: "2", taskId: "t", taskTitle: "Oil", type: "TaskCreated", message: "", batchId: null, causedBy: null, timestamp: "2026-11-22T12:00:00.000Z", recordedAt: "2026-11-22T12:00:00.000Z", changes: {} };
  const refused: string[] = [];
  let given = 0;
  open("/journal", (url) => {
    const cursor = new URL(url).searchParams.get("cursor");
    if (cursor === null) return answer(200, { activities: [first], nextCursor: `c${++given}` });
    refused.push(cursor);
    return answer(400, { message: "Invalid input", errors: [{ field: "cursor", message: "not a cursor of this list" }] });
  });
  await vi.waitFor(() => expect(refused).toHaveLength(2));
  expect(refused[0]).not.toBe(refused[1]);
  const more = screen.getByRole("button", { name: loadMore });
  await vi.waitFor(() => expect(more).toBeEnabled());
  more.click(); // from here on only when a person asks for it
  await vi.waitFor(() => expect(refused.length).toBeGreaterThan(2));
  await vi.waitFor(() => expect(more).toBeEnabled());
  expect(refused).toHaveLength(3);
  expect(screen.getByText("Oil")).toBeInTheDocument();
});
