import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { quickAddMessages } from "@/lib/messages/quick-add";
import { taskMessages } from "@/lib/messages/tasks";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { answer } from "@/testing/session";
import { openTasksPage } from "@/testing/tasks-page";
import { linesOf } from "./pasted-lines";

const { quickAdd } = getMessages(taskMessages);
const { keepWords, paste } = getMessages(quickAddMessages);
const { tryAgain } = getMessages(commonMessages);

let gateway: FakeGateway;
const user = userEvent.setup();

beforeEach(async () => {
  gateway = fakeGateway([]);
  openTasksPage(gateway);
  await screen.findByLabelText(quickAdd.label);
});

const line = () => screen.getByLabelText<HTMLInputElement>(quickAdd.label);
const dialog = () => screen.findByRole("dialog");
const titles = () => gateway.tasks.map(({ title }) => title);

async function pasteLines(text: string) {
  await user.click(line());
  await user.paste(text);
  return within(await dialog());
}

test("of several pasted lines as many tasks are created, in their order, with what each says", async () => {
  const offer = await pasteLines("- Oil #Home\n\n2. Wicks\r\n[ ] Glass !high\n");
  expect(gateway.writes).toEqual([]);
  await user.click(offer.getByRole("button", { name: paste.create(3) }));
  await screen.findByText(paste.done(3));
  expect(titles()).toEqual(["Oil", "Wicks", "Glass"]);
  expect(gateway.tasks.map(({ list, priority }) => [list, priority])).toEqual([["Home", 0], ["", 0], ["", 3]]);
});

test("a chip of a pasted line can be made text again", async () => {
  const offer = await pasteLines("Oil #Home\nWicks");
  await user.click(offer.getByRole("button", { name: keepWords("#Home") }));
  await user.click(offer.getByRole("button", { name: paste.create(2) }));
  await screen.findByText(paste.done(2));
  expect(titles()).toEqual(["Oil #Home", "Wicks"]);
});

test("a chip that is made text again gives the focus to the next one, the last of a line to the line", async () => {
  const offer = await pasteLines("Oil #Home @errand\nWicks");
  await user.click(offer.getByRole("button", { name: keepWords("#Home") }));
  expect(offer.getByRole("button", { name: keepWords("@errand") })).toHaveFocus();
  await user.keyboard("{Enter}");
  expect(offer.getByText("Oil #Home @errand").closest("li")).toHaveFocus();
});

test("pasted lines can be one task instead", async () => {
  const offer = await pasteLines("Oil\nWicks");
  await user.click(offer.getByRole("button", { name: paste.join }));
  expect(line()).toHaveValue("Oil Wicks");
  expect(line()).toHaveFocus();
});

test("those that were not created are told once, and tried again under their own keys", async () => {
  const offer = await pasteLines("Oil\nWicks\nGlass");
  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await user.click(offer.getByRole("button", { name: paste.create(3) }));
  await screen.findByText(paste.failed(1, 3));
  expect(screen.getAllByRole("button", { name: tryAgain })).toHaveLength(1);
  await user.click(screen.getByRole("button", { name: tryAgain }));
  await screen.findByText(paste.done(1));
  await waitFor(() => expect(titles().toSorted()).toEqual(["Glass", "Oil", "Wicks"]));
});

test("a line that is too long is left out, and more than a hundred are not taken", async () => {
  const lines = ["a".repeat(121), ...Array.from({ length: 110 }, (_, index) => `Task ${index}`)];
  const offer = await pasteLines(lines.join("\n"));
  expect(offer.getByText(paste.most(100, 111))).toBeVisible();
  expect(offer.getByRole("button", { name: paste.create(99) })).toBeEnabled();
});

test.each([
  ["a single line", ["a single line"]],
  ["* one\n• two\n3) three\n- [x] four\n1984\n- \n", ["one", "two", "three", "four", "1984"]],
])("the lines of %j are %j", (text, lines) => {
  expect(linesOf(text)).toEqual(lines);
});
