import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { quickAddMessages } from "@/lib/messages/quick-add";
import { taskMessages } from "@/lib/messages/tasks";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { openTasksPage } from "@/testing/tasks-page";
import { HERE } from "./due";

const { quickAdd, form } = getMessages(taskMessages);
const messages = getMessages(quickAddMessages);

let gateway: FakeGateway;
const user = userEvent.setup();

beforeEach(async () => {
  gateway = fakeGateway([]);
  openTasksPage(gateway);
  await screen.findByLabelText(quickAdd.label);
});

const line = () => screen.getByLabelText<HTMLInputElement>(quickAdd.label);
const chips = () => within(screen.getByRole("list", { name: messages.understood })).getAllByRole("listitem").map(textOf);
const textOf = (chip: HTMLElement) => chip.firstElementChild?.textContent;
/** Written at one go: key by key, it would take as many renders of the page. */
const write = async (text: string) => {
  await user.click(line());
  await user.paste(text);
};
const dueChip = () => screen.findByText(/^Due /);
const noChips = () => expect(screen.queryByRole("list", { name: messages.understood })).not.toBeInTheDocument();

test("what a line says is shown before it is sent, and sent as fields", async () => {
  await write("Oil for the lamps 2031-12-01 09:00 #Home @errand !high");
  const due = await dueChip();
  expect(chips()).toEqual([due.textContent, messages.list("Home"), messages.label("errand"), messages.priorities[3]]);
  await user.keyboard("{Enter}");
  await waitFor(() => expect(gateway.tasks).toHaveLength(1));
  expect(gateway.tasks[0]).toMatchObject({
    title: "Oil for the lamps",
    due: { at: "2031-12-01T09:00", tz: HERE },
    list: "Home",
    labels: ["errand"],
    priority: 3,
  });
  expect(line()).toHaveValue("");
  noChips();
});

test("a day without a time is sent as that day", async () => {
  await write("Oil for the lamps 2031-12-01");
  await dueChip();
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(gateway.tasks[0]?.due).toEqual({ date: "2031-12-01" }));
});

test("Backspace behind a chip makes it text again, and what is typed anew is a chip anew", async () => {
  await write("Oil tomorrow");
  await dueChip();
  await user.keyboard("{Backspace}");
  noChips();
  expect(line()).toHaveValue("Oil tomorrow");
  await user.keyboard("{Backspace}w 9am");
  await dueChip();
  await user.keyboard(" #Home{Backspace}{Enter}");
  await waitFor(() => expect(gateway.tasks[0]?.title).toBe("Oil #Home"));
  expect(gateway.tasks[0]?.due).toHaveProperty("at");
});

test("a chip's own button makes it text again, and one goes on typing", async () => {
  await write("Sweep #Home");
  await user.click(screen.getByRole("button", { name: messages.keepWords("#Home") }));
  noChips();
  expect(line()).toHaveFocus();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(gateway.tasks[0]).toMatchObject({ title: "Sweep #Home", list: "" }));
});

test("what was understood is said to those who listen", async () => {
  await write("Sweep #Home !low");
  const said = messages.said(`${messages.list("Home")}; ${messages.priorities[1]}`);
  expect(screen.getByText(said)).toHaveAttribute("role", "status");
});

test("the form opened from the line has what was understood", async () => {
  await write("Sweep 2031-12-01 #Home");
  await dueChip();
  await user.click(screen.getByRole("button", { name: quickAdd.more }));
  await user.click(screen.getByRole("button", { name: form.create }));
  await waitFor(() => expect(gateway.tasks[0]).toMatchObject({ title: "Sweep", due: { date: "2031-12-01" }, list: "Home" }));
});

test("the key q goes to the line", async () => {
  await user.keyboard("qSweep");
  expect(line()).toHaveFocus();
  expect(line()).toHaveValue("Sweep");
});
