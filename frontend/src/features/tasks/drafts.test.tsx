import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { QueryProvider } from "@/lib/query/QueryProvider";
import { NoticeProvider } from "@/components/notices/NoticeProvider";
import { LogoutButton, SessionProvider, SignedInOnly, useApi } from "@/features/session";
import { type FakeGateway, fakeGateway } from "@/testing/fake-gateway";
import { accessToken, answer } from "@/testing/session";
import { aTask } from "@/testing/tasks";
import { TaskMutationsProvider } from "./TaskMutationsProvider";
import TasksView from "./TasksView";

const hand = userEvent.setup();
const OIL = aTask({ title: "Oil for the lamps" });

/** Whatever else asks the gateway while a dialog is open. */
function Asker() {
  const { tasks } = useApi();
  return <button onClick={() => void tasks.read(OIL._id).catch(() => undefined)}>Ask</button>;
}

/** The page as a reload or a login brings it up; only the tab's own memory is left from before. */
async function comeIn(gateway: FakeGateway, answered: (path: string) => Response | undefined = () => undefined) {
  window.history.replaceState(null, "", "/hunt");
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    return answered(new URL(String(input)).pathname) ?? gateway.fetch(input, init);
  });
  const page = render(
    <SessionProvider baseUrl="http://gateway.test">
      <NoticeProvider>
        <SignedInOnly waiting={<p>Waiting</p>} silent={<p>Silent</p>}>
          <QueryProvider>
            <TaskMutationsProvider>
              <LogoutButton />
              <Asker />
              <TasksView />
            </TaskMutationsProvider>
          </QueryProvider>
        </SignedInOnly>
      </NoticeProvider>
    </SessionProvider>,
  );
  await screen.findByText(OIL.title);
  return page;
}

const particulars = () => screen.getByLabelText("Particulars");
const dialog = () => screen.queryByRole("dialog");

async function write(words: string) {
  await hand.click(screen.getByText(OIL.title));
  await hand.type(particulars(), words);
}

/** From now on the gateway knows neither token nor cookie. */
const revoke = () => vi.stubGlobal("fetch", async () => answer(401, { message: "Invalid refresh token" }));
const toBeLedAway = () => screen.findByText("Waiting");

test("what was typed in an open dialog is there again after the session was ended, and a login", async () => {
  const page = await comeIn(fakeGateway([OIL]));
  await write("And wicks");
  revoke();
  await hand.click(screen.getByText("Ask"));
  await toBeLedAway();
  page.unmount();
  await comeIn(fakeGateway([OIL]));
  expect(particulars()).toHaveValue("And wicks");
});

test("a save that came too late is a draft again, and is sent upon the version it was typed on", async () => {
  const page = await comeIn(fakeGateway([OIL]));
  await write("And wicks");
  revoke();
  await hand.click(screen.getByRole("button", { name: "StatusIcon it" }));
  await toBeLedAway();
  page.unmount();

  const gateway = fakeGateway([{ ...OIL, status: "In Progress", version: 2 }]);
  await comeIn(gateway);
  expect(particulars()).toHaveValue("And wicks");
  await hand.click(screen.getByRole("button", { name: "StatusIcon it" }));
  expect(await screen.findByRole("dialog", { name: "Two hands on one contract" })).toBeVisible();
});

test("a new contract that came too late is a draft again, and a mere click is not", async () => {
  const page = await comeIn(fakeGateway([OIL]));
  revoke();
  await hand.type(screen.getByLabelText("Title of a new contract"), "Find the bell{Enter}");
  await toBeLedAway();
  page.unmount();
  await comeIn(fakeGateway([OIL]));
  expect(within(screen.getByRole("dialog", { name: "A new contract" })).getByLabelText("Title")).toHaveValue("Find the bell");
  await hand.click(screen.getByRole("button", { name: "Leave it" }));
  revoke();
  await hand.click(screen.getByRole("button", { name: `Completed: ${OIL.title}` }));
  await toBeLedAway();
  expect(sessionStorage.getItem("task-hunter.drafts")).toBe("{}");
});

test.each([
  ["saved", "StatusIcon it"],
  ["left", "Leave it"],
])("a draft that was %s does not come back", async (_how, button) => {
  const gateway = fakeGateway([OIL]);
  const page = await comeIn(gateway);
  await write("And wicks");
  await hand.click(screen.getByRole("button", { name: button }));
  await waitFor(() => expect(dialog()).not.toBeInTheDocument());
  page.unmount();
  await comeIn(gateway);
  expect(dialog()).not.toBeInTheDocument();
});

test("what the gateway did not take is a draft, until it is tried again", async () => {
  const gateway = fakeGateway([OIL]);
  const page = await comeIn(gateway);
  await write("And wicks");
  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await hand.click(screen.getByRole("button", { name: "StatusIcon it" }));
  await screen.findByRole("button", { name: "Try again" });
  await hand.click(screen.getByText(OIL.title));
  expect(particulars()).toHaveValue("And wicks");
  page.unmount();
  const again = await comeIn(gateway);
  expect(particulars()).toHaveValue("And wicks");

  gateway.nextWrite = () => answer(503, { message: "Service Error or Unavailable" });
  await hand.click(screen.getByRole("button", { name: "StatusIcon it" }));
  await hand.click(await screen.findByRole("button", { name: "Try again" }));
  await waitFor(() => expect(gateway.tasks[0]?.description).toBe("And wicks"));
  again.unmount();
  await comeIn(gateway);
  expect(dialog()).not.toBeInTheDocument();
});

test("of several contracts that came too late each is a draft again", async () => {
  const page = await comeIn(fakeGateway([OIL]));
  let letGo: (answered: Response) => void = () => undefined;
  const ended = new Promise<Response>((resolve) => (letGo = resolve));
  vi.stubGlobal("fetch", async () => (await ended).clone());
  for (const title of ["One", "Two", "Three"]) {
    await hand.type(screen.getByLabelText("Title of a new contract"), `${title}{Enter}`);
  }
  letGo(answer(401, { message: "Invalid refresh token" }));
  await toBeLedAway();
  page.unmount();
  await comeIn(fakeGateway([OIL]));
  for (const title of ["One", "Two", "Three"]) {
    expect(within(screen.getByRole("dialog")).getByLabelText("Title")).toHaveValue(title);
    await hand.click(screen.getByRole("button", { name: "Leave it" }));
  }
  expect(dialog()).not.toBeInTheDocument();
});

test("what was left can be taken up again from its notice", async () => {
  await comeIn(fakeGateway([OIL]));
  await write("And wicks");
  await hand.click(screen.getByRole("button", { name: "Leave it" }));
  await waitFor(() => expect(dialog()).not.toBeInTheDocument());
  await hand.click(screen.getByRole("button", { name: /Take it up again/ }));
  expect(particulars()).toHaveValue("And wicks");
});

test("closing a conflict throws nothing of yours away", async () => {
  const gateway = fakeGateway([OIL]);
  await comeIn(gateway);
  await write("And wicks");
  gateway.tasks = [{ ...OIL, status: "In Progress", version: 9 }];
  await hand.click(screen.getByRole("button", { name: "StatusIcon it" }));
  await screen.findByRole("dialog", { name: "Two hands on one contract" });
  await hand.click(screen.getByRole("button", { name: "Close" }));
  await hand.click(screen.getByText(OIL.title));
  expect(particulars()).toHaveValue("And wicks");
});

test("the line for a new contract keeps its words over a reload", async () => {
  const line = () => screen.getByLabelText("Title of a new contract");
  const page = await comeIn(fakeGateway([OIL]));
  await hand.type(line(), "Find the");
  page.unmount();
  const again = await comeIn(fakeGateway([OIL]));
  expect(line()).toHaveValue("Find the");
  await hand.type(line(), " bell{Enter}");
  again.unmount();
  await comeIn(fakeGateway([OIL]));
  expect(line()).toHaveValue("");
});

test("nothing typed outlives a logout", async () => {
  const page = await comeIn(fakeGateway([OIL]), (path) => (path.endsWith("/logout") ? answer(204, null) : undefined));
  await write("A secret");
  expect(JSON.stringify({ ...sessionStorage })).toContain("A secret");
  await hand.click(screen.getByRole("button", { name: /Sever/ }));
  await waitFor(() => expect(JSON.stringify({ ...sessionStorage })).not.toContain("A secret"));
  page.unmount();
});

test("nothing typed by one hunter is shown to the next", async () => {
  const page = await comeIn(fakeGateway([OIL]));
  await write("A secret");
  page.unmount();
  await comeIn(fakeGateway([OIL]), (path) =>
    path.endsWith("/refresh") ? answer(200, { accessToken: accessToken("another") }) : undefined,
  );
  expect(dialog()).not.toBeInTheDocument();
  expect(JSON.stringify({ ...sessionStorage })).not.toContain("A secret");
});
