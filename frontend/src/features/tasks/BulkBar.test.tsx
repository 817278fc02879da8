import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { bulkMessages } from "@/lib/messages/bulk";
import { taskMessages } from "@/lib/messages/tasks";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";

const bulk = getMessages(bulkMessages);
const { form } = getMessages(taskMessages);

let gateway: FakeGateway;
const user = userEvent.setup();

beforeEach(async () => {
  gateway = fakeGateway(["Oil", "Wicks", "Glass"].map((title) => aTask({ title })));
  openTasksPage(gateway);
  await screen.findByText("Oil");
});

const box = (title: string) => screen.getByRole("checkbox", { name: bulk.select(title) });
const bar = async () => within(await screen.findByRole("group", { name: bulk.bar }));
const press = async (name: string) => user.click((await bar()).getByRole("button", { name }));
const focused = () => document.activeElement?.closest("li");

test("an hour without a day takes the due date of none", async () => {
  await user.click(box("Oil"));
  await press(bulk.due);
  fireEvent.change(screen.getByLabelText(form.dueTime), { target: { value: "09:00" } });
  await user.click(screen.getByRole("button", { name: bulk.apply }));
  expect(screen.getByLabelText(form.dueDay)).toHaveFocus();
  expect(screen.getByText(form.dayMissing)).toBeVisible();
  expect(gateway.writes).toEqual([]);
});

test("the button that selects all gives the focus to the one beside it", async () => {
  await user.click(box("Wicks"));
  await press(bulk.all(3));
  expect((await bar()).getByRole("button", { name: bulk.clear })).toHaveFocus();
});

test.each([
  ["the selection ends", () => press(bulk.clear), "Wicks"],
  ["the key ends the selection", () => user.keyboard("{Escape}"), "Wicks"],
])("the row that had the focus has it again when %s", async (_how, end, title) => {
  await user.click(box(title));
  (await bar()).getByRole("button", { name: bulk.clear }).focus();
  await end();
  await waitFor(() => expect(screen.queryByRole("group", { name: bulk.bar })).not.toBeInTheDocument());
  expect(focused()).toHaveTextContent(title);
});

test("the neighbour of a row that leaves with the bar has the focus", async () => {
  await user.click(box("Wicks"));
  await press(bulk.delete);
  await waitFor(() => expect(focused()).toHaveTextContent("Glass"));
});
