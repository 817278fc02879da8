import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect } from "vitest";
import { getMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import { taskMessages } from "@/lib/messages/tasks";
import { undoMessages } from "@/lib/messages/undo";
import { fakeGateway } from "./fake-gateway";
import { aTask } from "./tasks";
import { openTasksPage } from "./tasks-page";

const { quickAdd, row } = getMessages(taskMessages);
const { notices } = getMessages(shellMessages);
const { told } = getMessages(undoMessages);

/** The tasks "Oil" and "Wicks" on the page, and what a person does to them. */
export async function openUndoPage() {
  const user = userEvent.setup();
  const gateway = fakeGateway([aTask({ title: "Oil", status: "Waiting" }), aTask({ title: "Wicks" })]);
  const { unmount } = openTasksPage(gateway);
  await screen.findByText("Oil");
  const stored = (title: string) => gateway.tasks.find((task) => task.title === title);
  return {
    user,
    gateway,
    unmount,
    stored,
    undos: () => gateway.writes.filter((write) => /eventId|batchId/.test(write)).length,
    complete: (title: string) => user.click(screen.getByLabelText(row.completed(title))),
    async dismissAll() {
      for (const button of screen.queryAllByText(notices.dismiss)) await user.click(button);
    },
    async add(title: string) {
      await user.type(screen.getByLabelText(quickAdd.label), `${title}{Enter}`);
      await waitFor(() => expect(stored(title)).toBeDefined());
      await user.click(document.body); // out of the line, where letters are typed
    },
    /** Presses the key, and waits until the page says what was undone. */
    async pressU(what: string) {
      await user.keyboard("u");
      await screen.findByText(told.undone(what));
    },
  };
}
