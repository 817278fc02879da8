import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { NoticeProvider } from "@/components/notices/NoticeProvider";
import type { TaskInput } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { HERE } from "./due";
import { newInput } from "./fields";
import { TaskForm } from "./TaskForm";

const fields = getMessages(fieldMessages);
const { form } = getMessages(taskMessages);
const user = userEvent.setup();

function show(input: Partial<TaskInput> = {}) {
  const [save, changed] = [vi.fn<(input: TaskInput) => void>(), vi.fn<(input: TaskInput) => void>()];
  const nothing = () => undefined;
  render(
    <TaskForm
      saveLabel="Save"
      input={{ ...newInput("Oil"), ...input }}
      lists={["Home"]}
      changed={changed}
      save={save}
      cancel={nothing}
      throwAway={nothing}
      hasText={() => true}
    />,
    { wrapper: NoticeProvider },
  );
  return { saved: () => save.mock.lastCall?.[0], kept: () => changed.mock.lastCall?.[0] };
}

const button = (name: string) => screen.getByRole("button", { name });
const write = async (label: string, text: string) => {
  await user.click(screen.getByLabelText(label));
  await user.paste(text);
};

test("every field is written and saved", async () => {
  const { saved } = show();
  fireEvent.change(screen.getByLabelText(form.dueDay), { target: { value: "2026-12-01" } });
  fireEvent.change(screen.getByLabelText(form.dueTime), { target: { value: "09:00" } });
  expect(screen.getByLabelText(form.dueZone)).toHaveValue(HERE);
  await user.selectOptions(screen.getByLabelText(form.dueZone), "Europe/Rome");
  await user.click(screen.getByLabelText(form.priorities[3]!));
  await write(fields.list, "Home");
  await write(form.newLabel, "errand");
  await user.click(button(form.addLabel));
  await write(form.newItem, "two bottles");
  await user.keyboard("{Enter}");
  await user.click(screen.getByLabelText(form.itemDone("two bottles")));
  await write(form.itemText(1), " of whale oil");
  await write(fields.description, "**Not** the cheap one.");
  await user.click(button("Save"));
  expect(saved()).toEqual({
    ...newInput("Oil"),
    due: { at: "2026-12-01T09:00", tz: "Europe/Rome" },
    priority: 3,
    list: "Home",
    labels: ["errand"],
    checklist: [{ id: expect.stringMatching(/^[0-9a-f]{24}$/), text: "two bottles of whale oil", done: true }],
    description: "**Not** the cheap one.",
  });
});

test("what is set can be taken away again", async () => {
  const checklist = [{ id: "a1", text: "two bottles", done: false }];
  const { saved } = show({ due: { at: "2026-12-01T09:00", tz: "Mars/Olympus" }, labels: ["errand", "night"], checklist });
  expect(screen.getByLabelText(form.dueZone)).toHaveValue("Mars/Olympus");
  await user.click(button(form.dueClear));
  await user.click(button(form.removeLabel("errand")));
  await user.click(button(form.removeItem("two bottles")));
  await user.click(button("Save"));
  expect(saved()).toEqual({ ...newInput("Oil"), labels: ["night"] });
});

test("an hour outlives the moment in which the day is typed anew", () => {
  const { kept } = show({ due: { at: "2026-12-01T09:00", tz: HERE } });
  fireEvent.change(screen.getByLabelText(form.dueDay), { target: { value: "" } });
  expect(kept()?.due).toEqual({ at: "T09:00", tz: HERE });
  fireEvent.change(screen.getByLabelText(form.dueDay), { target: { value: "2026-12-02" } });
  expect(kept()?.due).toEqual({ at: "2026-12-02T09:00", tz: HERE });
});

test("Ctrl and Enter save from every field, with the label and the item that were not yet added", async () => {
  const { saved, kept } = show({ labels: ["night"] });
  await write(form.newItem, "two bottles");
  await write(form.newLabel, " errand ");
  expect(kept()).toMatchObject({ labels: ["night", "errand"], checklist: [{ text: "two bottles" }] });
  await user.keyboard("{Control>}{Enter}{/Control}");
  expect(saved()).toMatchObject({ labels: ["night", "errand"], checklist: [{ text: "two bottles" }] });
});

test("a label that is there already is not added, whatever its case", async () => {
  const { saved } = show({ labels: ["errand"] });
  await write(form.newLabel, "Errand");
  await user.click(button("Save"));
  expect(saved()?.labels).toEqual(["errand"]);
});

test.each([
  ["a label", form.newLabel, 31, form.tooLong(30)],
  ["an item", form.newItem, 201, form.tooLong(200)],
  ["a list", fields.list, 51, form.tooLong(50)],
])("%s past its limit is told, and not saved", async (_what, label, length, error) => {
  const { saved } = show();
  await write(label, "x".repeat(length));
  expect(screen.getByText(error)).toBeVisible();
  await user.click(button("Save"));
  expect(saved()).toBeUndefined();
  expect(screen.getByLabelText(label)).toHaveFocus();
});

test("more labels than the gateway takes, and a day before its years, are told", async () => {
  show({ labels: Array.from({ length: 20 }, (_, number) => `label ${number}`) });
  await write(form.newLabel, "one more");
  expect(screen.getByText(form.tooMany(20))).toBeVisible();
  fireEvent.change(screen.getByLabelText(form.dueDay), { target: { value: "0026-12-01" } });
  expect(screen.getByText(form.dayImpossible)).toBeVisible();
});

/** As a browser has it where only some of the digits are typed. */
function typeHalf(label: string) {
  const field = screen.getByLabelText(label);
  Object.defineProperty(field, "validity", { value: { badInput: true }, configurable: true });
  fireEvent.keyUp(field);
}

test.each([
  ["an hour without a day", () => fireEvent.change(screen.getByLabelText(form.dueTime), { target: { value: "09:00" } }), form.dueDay, form.dayMissing],
  ["a day that is half typed", () => typeHalf(form.dueDay), form.dueDay, form.dueUnfinished],
  ["an hour that is half typed", () => typeHalf(form.dueTime), form.dueTime, form.dueUnfinished],
])("%s is told where one saves, and not dropped", async (_what, type, label, error) => {
  const { saved } = show();
  type();
  expect(screen.queryByText(error)).not.toBeInTheDocument();
  await user.click(button("Save"));
  expect(saved()).toBeUndefined();
  expect(screen.getByText(error)).toBeVisible();
  expect(screen.getByLabelText(label)).toHaveFocus();
  await user.click(button(form.dueClear));
  // A browser takes away what is half typed when it is given a value.
  for (const part of [form.dueDay, form.dueTime]) Reflect.deleteProperty(screen.getByLabelText(part), "validity");
  expect(screen.queryByText(error)).not.toBeInTheDocument();
  expect(screen.getByLabelText(form.dueDay)).toHaveFocus();
  await user.click(button("Save"));
  expect(saved()?.due).toBeNull();
});

test.each([
  ["a label", () => show({ labels: ["one", "two", "three"] }), form.removeLabel, form.newLabel],
  ["an item", () => show({ checklist: ["one", "two", "three"].map((text) => ({ id: text, text, done: false })) }), form.removeItem, form.newItem],
])("%s that is taken away gives the focus to its neighbour, the last one to the line for more", async (_what, open, remove, line) => {
  open();
  await user.click(button(remove("two")));
  expect(button(remove("three"))).toHaveFocus();
  await user.keyboard("{Enter}");
  expect(button(remove("one"))).toHaveFocus();
  await user.keyboard("{Enter}");
  expect(screen.getByLabelText(line)).toHaveFocus();
});
