import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { Activity } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { renderPage, SignedInProviders } from "@/testing/render";
import { answer } from "@/testing/session";
import ActivityView from "./ActivityView";

const { loadMore } = getMessages(activityMessages);
const user = userEvent.setup();

class OutOfSight {
  observe() {}
  disconnect() {}
}

function activity(title: string, minute: number): Activity {
  const timestamp = new Date(2026, 10, 22, 12, minute).toISOString();
  const ids = { id: title, taskId: title, batchId: null, causedBy: null };
  return { ...ids, type: "TaskCreated", taskTitle: title, message: "", timestamp, recordedAt: timestamp, changes: {} };
}

let gateway: FakeGateway;
/** The newest page of the journal, behind which there are more. */
let newest: Activity[];
/** Answers to readings that wait until they are let go. */
let held: Record<"head" | "more", Promise<void> | undefined>;

beforeEach(async () => {
  gateway = fakeGateway([]);
  newest = [activity("Oil", 2)];
  held = { head: undefined, more: undefined };
  vi.stubGlobal("IntersectionObserver", OutOfSight);
  vi.stubGlobal("fetch", async (input: string, init?: RequestInit) => {
    const { pathname, searchParams } = new URL(input);
    if (!pathname.endsWith("/activity")) return gateway.fetch(input, init);
    const isMore = searchParams.has("cursor");
    await held[isMore ? "more" : "head"];
    const [activities, nextCursor] = isMore ? [[activity("Wicks", 1)], null] : [newest, "more"];
    return answer(200, { activities, nextCursor });
  });
  window.history.replaceState(null, "", "/journal");
  renderPage(
    <SignedInProviders>
      <ActivityView />
    </SignedInProviders>,
  );
  await shown("Oil");
  await waitFor(() => expect(gateway.streams).toHaveLength(1));
});

/** Returns how to let the answers go. */
function hold(which: "head" | "more"): () => void {
  let answerNow = () => {};
  held[which] = new Promise((resolve) => (answerNow = resolve));
  return () => {
    held[which] = undefined;
    answerNow();
  };
}

const entry = (title: string) => screen.queryByRole("link", { name: title });
const shown = (title: string) => waitFor(() => expect(entry(title)).toBeVisible());
function record(title: string, minute: number): Activity {
  const recorded = activity(title, minute);
  newest = [recorded, ...newest];
  return recorded;
}

test.each([
  ["told", () => gateway.tell("activity", record("Bell", 3), "behind it")],
  ["read at the head", () => (record("Bell", 3), gateway.tell("reset", {}, "now"))],
])("what was %s while more was on its way is still there when that has come", async (_how, happen) => {
  const letGo = hold("more");
  await user.click(screen.getByRole("button", { name: loadMore }));
  act(happen);
  await shown("Bell");
  letGo();
  await shown("Wicks");
  await shown("Bell");
});

test("what is told before the head is read hides nothing that was missed before it", async () => {
  const letGo = hold("head");
  newest = [activity("Glass", 8)];
  act(() => {
    gateway.tell("reset", {}, "now");
    gateway.tell("activity", record("Bell", 9), "behind it");
  });
  await shown("Bell");
  letGo();
  await shown("Glass");
  await waitFor(() => expect(entry("Oil")).not.toBeInTheDocument());
});
