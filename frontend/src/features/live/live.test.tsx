import { act, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Activity } from "@/lib/api/types";
import { open } from "@/lib/api/http";
import { fakeGateway } from "@/testing/fake-gateway";
import { LiveActivities } from "./live-activities";

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

/** A tab of the browser, and what it has heard. */
function openTab() {
  const heard: string[] = [];
  const live = new LiveActivities("alice", (lastEventId, signal) =>
    open("http://gateway.test", { path: "/api/activity/stream", lastEventId, signal }),
  );
  live.subscribe({ told: ({ id }) => heard.push(id), missed: () => heard.push("missed") });
  const stop = live.start();
  stops.push(stop);
  return { live, heard, stop };
}

function openGateway() {
  const gateway = fakeGateway([]);
  vi.stubGlobal("fetch", gateway.fetch);
  return gateway;
}

const activity = (id: string) => ({ id }) as Activity;

test("each activity is told once, and after a stream that ended the next goes on behind it", async () => {
  const gateway = openGateway();
  const { live, heard } = openTab();
  await waitFor(() => expect(live.isLive()).toBe(true));
  act(() => gateway.tell("activity", activity("a"), "position-a"));
  await waitFor(() => expect(heard).toEqual(["missed", "a"]));
  gateway.endStreams();
  await waitFor(() => expect(gateway.streams).toEqual([null, "position-a"]));
  await waitFor(() => expect(live.isLive()).toBe(true));
  gateway.tell("activity", activity("b"), "position-b");
  await waitFor(() => expect(heard).toEqual(["missed", "a", "b"]));
});

test("a position that is too old, and one that is refused, mean to read anew", async () => {
  const gateway = openGateway();
  const { heard } = openTab();
  await waitFor(() => expect(heard).toEqual(["missed"]));
  gateway.tell("reset", {}, "now");
  await waitFor(() => expect(heard).toEqual(["missed", "missed"]));
  const { fetch } = gateway;
  let refusals = 0;
  vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
    if (new Headers(init.headers).get("last-event-id") === null) return fetch(input, init);
    refusals += 1;
    return Response.json({ message: "Invalid input" }, { status: 400 });
  });
  gateway.endStreams();
  await waitFor(() => expect(heard).toHaveLength(3), { timeout: 4_000 });
  expect(refusals).toBe(1);
  expect(gateway.streams).toEqual([null, null]);
});

test("all tabs hear of one stream, and when the tab that reads it closes another goes on", async () => {
  const gateway = openGateway();
  const first = openTab();
  await waitFor(() => expect(first.live.isLive()).toBe(true));
  const second = openTab();
  await waitFor(() => expect(second.live.isLive()).toBe(true));
  gateway.tell("activity", activity("a"), "position-a");
  await waitFor(() => expect([first.heard.at(-1), second.heard]).toEqual(["a", ["a"]]));
  expect(gateway.streams).toEqual([null]);
  first.stop();
  await waitFor(() => expect(gateway.streams).toEqual([null, "position-a"]), { timeout: 6_000 });
  gateway.tell("activity", activity("b"), "position-b");
  await waitFor(() => expect(second.heard).toEqual(["a", "b"]));
});
