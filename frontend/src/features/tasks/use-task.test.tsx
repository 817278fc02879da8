import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { fakeGateway } from "@/testing/fake-gateway";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";

test("an answer that was read before a write does not undo it on the screen", async () => {
  const task = aTask({ title: "Oil", list: "Home", checklist: [{ id: "a", text: "wick", done: false }] });
  const gateway = fakeGateway([task]);
  let letGo: (() => void) | undefined;
  let isHeld = false;
  const { fetch } = gateway;
  gateway.fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    const response = await fetch(input, init);
    if (isHeld && init?.method !== "PATCH" && pathname.endsWith(task._id)) await new Promise<void>((resolve) => (letGo = resolve));
    return response;
  };
  openTasksPage(gateway, `/hunt?view=inbox&task=${task._id}`);
  await screen.findByRole("heading", { name: "Oil", level: 2 });
  await waitFor(() => expect(gateway.streams).toHaveLength(1));
  isHeld = true;
  act(() => gateway.tell("reset", {}, "now"));
  await waitFor(() => expect(letGo).toBeDefined());
  await userEvent.setup().click(screen.getByRole("checkbox", { name: "wick" }));
  await waitFor(() => expect(gateway.tasks[0]?.version).toBe(2));
  const ticked = () => expect(screen.getByRole("checkbox", { name: "wick" })).toBeChecked();
  await waitFor(ticked);
  letGo?.();
  await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
  ticked();
});
