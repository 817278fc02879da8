import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { QueryProvider } from "@/gateway/QueryProvider";
import { NoticeProvider } from "@/notice/NoticeProvider";
import { SessionProvider, useApi } from "@/session/SessionProvider";
import { SignedInOnly } from "@/session/SignedInOnly";
import { SeverConnection } from "@/shell/SeverConnection";
import { type FakeGateway, fakeGateway } from "@/testing/gateway";
import { accessToken, answer } from "@/testing/session-parts";
import { aTask } from "@/testing/tasks";
import { ContractChangesProvider } from "./ContractChanges";
import Hunt from "./Hunt";

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
            <ContractChangesProvider>
              <SeverConnection />
              <Asker />
              <Hunt />
            </ContractChangesProvider>
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
  await hand.click(screen.getByRole("button", { name: "Seal it" }));
  await toBeLedAway();
  page.unmount();

  const gateway = fakeGateway([{ ...OIL, status: "In Progress", version: 2 }]);
  await comeIn(gateway);
  expect(particulars()).toHaveValue("And wicks");
  await hand.click(screen.getByRole("button", { name: "Seal it" }));
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
  ["saved", "Seal it"],
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
