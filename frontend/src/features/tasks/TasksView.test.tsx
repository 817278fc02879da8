import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { QueryProvider } from "@/lib/query/QueryProvider";
import { NoticeProvider } from "@/components/notices/NoticeProvider";
import { SessionProvider } from "@/features/session";
import { answer } from "@/testing/session";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { aTask } from "@/testing/tasks";
import { TaskMutationsProvider } from "./TaskMutationsProvider";
import TasksView from "./TasksView";

let gateway: FakeGateway;
const hand = userEvent.setup();

beforeEach(async () => {
  window.history.replaceState(null, "", "/hunt");
  gateway = fakeGateway([aTask({ title: "Oil for the lamps", version: 3 }), aTask({ title: "A word with Eileen" })]);
  vi.stubGlobal("fetch", gateway.fetch);
  render(
    <SessionProvider baseUrl="http://gateway.test">
      <NoticeProvider>
        <QueryProvider>
          <TaskMutationsProvider>
            <TasksView />
          </TaskMutationsProvider>
        </QueryProvider>
      </NoticeProvider>
    </SessionProvider>,
  );
  await screen.findByText("Oil for the lamps");
});

const row = (title: string) => screen.getByText(title).closest("li")!;
const shownTitles = () => screen.queryAllByRole("heading", { level: 2 }).map((heading) => heading.textContent);
const seal = (title: string) => within(row(title)).getByRole("button", { name: `Completed: ${title}` });

/** Holds the next write back, as a slow gateway does. */
function holdNextWrite() {
  let release: (response: Response) => void = () => undefined;
  gateway.nextWrite = () => new Promise((resolve) => (release = resolve));
  return (response: Response) => release(response);
}

test("a new contract stands in the list before the gateway has stored it, and stays", async () => {
  const release = holdNextWrite();
  await hand.type(screen.getByLabelText("Title of a new contract"), "Find the bell{Enter}");
  expect(shownTitles()[0]).toBe("Find the bell");
  expect(row("Find the bell")).toHaveAttribute("aria-busy");
  release(answer(201, { msg: "", task: aTask({ title: "Find the bell" }) }));
  await waitFor(() => expect(row("Find the bell")).not.toHaveAttribute("aria-busy"));
  expect(shownTitles()).toEqual(["Find the bell", "Oil for the lamps", "A word with Eileen"]);
});

test("a contract the gateway refuses leaves the list, with a word about why", async () => {
  gateway.nextWrite = () => answer(400, { message: "Validation failed", errors: [{ field: "title", message: "forbidden" }] });
  await hand.type(screen.getByLabelText("Title of a new contract"), "Find the bell{Enter}");
  await screen.findByText(/“Find the bell” was not sworn.*forbidden/);
  expect(shownTitles()).toEqual(["Oil for the lamps", "A word with Eileen"]);
});

test("completing shows at once, and goes back with a word when the gateway refuses", async () => {
  const release = holdNextWrite();
  await hand.click(seal("Oil for the lamps"));
  expect(seal("Oil for the lamps")).toHaveAttribute("aria-pressed", "true");
  release(answer(503, { message: "Service Error or Unavailable" }));
  await screen.findByText(/“Oil for the lamps” is as it was before/);
  expect(seal("Oil for the lamps")).toHaveAttribute("aria-pressed", "false");
});

test.each([
  ["lost", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["too late", () => answer(504, { message: "Service Timeout" })],
])("an answer that is %s is not called a refusal, and what was stored is shown", async (_how, nothing) => {
  gateway.nextWrite = () => {
    gateway.tasks = [aTask({ title: "Find the bell" }), ...gateway.tasks];
    return nothing();
  };
  await hand.type(screen.getByLabelText("Title of a new contract"), "Find the bell{Enter}");
  await screen.findByText("No answer came: whether “Find the bell” was sworn the list will tell.");
  await waitFor(() => expect(shownTitles()).toEqual(["Find the bell", "Oil for the lamps", "A word with Eileen"]));
});

test("a refused change can be tried again from its notice", async () => {
  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await hand.click(seal("Oil for the lamps"));
  await hand.click(await screen.findByRole("button", { name: "Try again" }));
  await waitFor(() => expect(gateway.tasks.find(({ version }) => version === 4)?.status).toBe("Completed"));
});

test("two quick clicks are two changes, and no conflict with oneself", async () => {
  const state = () => within(row("Oil for the lamps")).getByRole("button", { name: /: move/ });
  await hand.click(state());
  await hand.click(state());
  await waitFor(() => expect(gateway.writes).toHaveLength(2));
  await waitFor(() => expect(gateway.tasks.find(({ version }) => version === 5)?.status).toBe("Completed"));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("a discarded contract is gone at once, sent only later, and undone by its notice", async () => {
  await hand.click(within(row("Oil for the lamps")).getByRole("button", { name: "Discard Oil for the lamps" }));
  expect(shownTitles()).toEqual(["A word with Eileen"]);
  await hand.click(screen.getByRole("button", { name: /Undo/ }));
  await waitFor(() => expect(shownTitles()).toEqual(["Oil for the lamps", "A word with Eileen"]));
  expect(gateway.writes).toEqual([]);
});

test("leaving the page sends what was discarded", async () => {
  await hand.click(within(row("Oil for the lamps")).getByRole("button", { name: "Discard Oil for the lamps" }));
  expect(gateway.writes).toEqual([]);
  window.dispatchEvent(new Event("pagehide"));
  await waitFor(() => expect(gateway.tasks.map(({ title }) => title)).toEqual(["A word with Eileen"]));
});

async function clash() {
  gateway.tasks = gateway.tasks.map((task) =>
    task.title === "Oil for the lamps" ? { ...task, title: "Oil for every lamp", version: 9 } : task,
  );
  await hand.click(screen.getByText("Oil for the lamps"));
  const title = screen.getByLabelText("Title");
  await hand.clear(title);
  await hand.type(title, "Oil, and wicks");
  await hand.click(screen.getByRole("button", { name: "StatusIcon it" }));
  return within(await screen.findByRole("dialog", { name: "Two hands on one contract" }));
}

test("a conflict shows theirs and yours side by side, and has written nothing yet", async () => {
  const dialog = await clash();
  expect(within(dialog.getByRole("region", { name: "Theirs" })).getByText("Oil for every lamp")).toBeVisible();
  expect(within(dialog.getByRole("region", { name: "Yours" })).getByText("Oil, and wicks")).toBeVisible();
  expect(gateway.tasks.some(({ title }) => title === "Oil, and wicks")).toBe(false);
});

test("keeping theirs shows theirs and sends nothing", async () => {
  const dialog = await clash();
  await hand.click(dialog.getByRole("button", { name: "Keep theirs" }));
  expect(shownTitles()[0]).toBe("Oil for every lamp");
  expect(gateway.writes).toHaveLength(1);
});

test("of two conflicts each is asked about", async () => {
  gateway.tasks = gateway.tasks.map((task) => ({ ...task, description: "Rewritten elsewhere", version: 9 }));
  await hand.click(seal("Oil for the lamps"));
  await hand.click(seal("A word with Eileen"));
  for (const left of [2, 1]) {
    const dialog = within(await screen.findByRole("dialog", { name: "Two hands on one contract" }));
    await hand.click(dialog.getByRole("button", { name: "Write yours over it" }));
    await waitFor(() => expect(gateway.tasks.filter(({ status }) => status !== "Completed")).toHaveLength(left - 1));
  }
});

test("a conflict that comes while one types chooses nothing by itself", async () => {
  await clash();
  expect(screen.getByRole("heading", { name: "Two hands on one contract" })).toHaveFocus();
  await hand.keyboard("words and spaces{Enter}");
  expect(screen.getByRole("dialog", { name: "Two hands on one contract" })).toBeVisible();
});

test("writing yours over theirs sends it upon their version", async () => {
  const dialog = await clash();
  await hand.click(dialog.getByRole("button", { name: "Write yours over it" }));
  await waitFor(() => expect(gateway.tasks.find(({ version }) => version === 10)?.title).toBe("Oil, and wicks"));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("both having wanted the same is no conflict", async () => {
  gateway.tasks = gateway.tasks.map((task) => ({ ...task, status: "Completed", version: 9 }));
  await hand.click(seal("Oil for the lamps"));
  await waitFor(() => expect(gateway.writes).toHaveLength(1));
  await waitFor(() => expect(seal("Oil for the lamps")).toHaveAttribute("aria-pressed", "true"));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("the keys write, search, move, complete and discard", async () => {
  await hand.keyboard("n");
  expect(screen.getByRole("dialog", { name: "A new contract" })).toBeVisible();
  await hand.click(screen.getByRole("button", { name: "Leave it" }));
  await hand.keyboard("{ArrowDown}{ArrowDown}x");
  expect(seal("A word with Eileen")).toHaveAttribute("aria-pressed", "true");
  await hand.keyboard("d");
  expect(shownTitles()).toEqual(["Oil for the lamps"]);
  await hand.keyboard("/lamps x");
  expect(screen.getByRole("searchbox")).toHaveValue("lamps x");
});

test("a title past its limit is told before it is sent", async () => {
  const line = screen.getByLabelText("Title of a new contract");
  await hand.click(line);
  await hand.paste("a".repeat(121));
  expect(screen.getByText("1 too many")).toBeVisible();
  await hand.keyboard("{Enter}");
  expect(gateway.writes).toEqual([]);
});
