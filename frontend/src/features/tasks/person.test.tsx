import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { LogoutButton, SignedOutOnly } from "@/features/session";
import { getMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { sessionMessages } from "@/lib/messages/session";
import { shellMessages } from "@/lib/messages/shell";
import { taskMessages } from "@/lib/messages/tasks";
import { fakeGateway } from "@/testing/fake-gateway";
import { renderPage, SignedInProviders } from "@/testing/render";
import { accessToken, answer } from "@/testing/session";
import { aTask } from "@/testing/tasks";
import { openTasksPage } from "@/testing/tasks-page";
import TasksView from "./TasksView";

const fields = getMessages(fieldMessages);
const { logout } = getMessages(shellMessages);
const { forgetWords, keptWords } = getMessages(sessionMessages);
const { quickAdd, row } = getMessages(taskMessages);
const user = userEvent.setup();

const ofAlice = () => fakeGateway([aTask({ title: "Alice's own" })], "alice");
const ofBob = () => fakeGateway([aTask({ title: "Bob's own" })], "bob");
const toBeSignedOut = () => screen.findByText("Loading");
const inAnotherTab = new BroadcastChannel("task-hunter.session");

async function typeAsAlice() {
  const page = openTasksPage(ofAlice());
  await user.click(await screen.findByRole("button", { name: row.edit("Alice's own") }));
  await user.click(screen.getByLabelText(fields.description));
  await user.paste("A secret");
  return page;
}

test("what was typed outlives a logout in another tab, for its writer alone", async () => {
  const page = await typeAsAlice();
  inAnotherTab.postMessage({ kind: "signed-out", userId: "alice" });
  await toBeSignedOut();
  page.unmount();

  const bobs = openTasksPage(ofBob());
  await screen.findByText("Bob's own");
  expect(document.body).not.toHaveTextContent("A secret");
  bobs.unmount();

  openTasksPage(ofAlice());
  expect(await screen.findByLabelText(fields.description)).toHaveValue("A secret");
});

test("whoever has logged out may throw away what waits in the tab", async () => {
  vi.stubGlobal("fetch", ofAlice().fetch);
  renderPage(
    <>
      <SignedInProviders>
        <LogoutButton />
        <TasksView />
      </SignedInProviders>
      <SignedOutOnly><p>Log in</p></SignedOutOnly>
    </>,
  );
  await user.click(await screen.findByLabelText(quickAdd.label));
  await user.paste("A secret");
  await user.click(screen.getByRole("button", { name: logout.label }));
  await toBeSignedOut();
  expect(JSON.stringify({ ...sessionStorage })).toContain("A secret");
  await screen.findByText(keptWords);
  await user.click(screen.getByRole("button", { name: forgetWords }));
  expect(screen.queryByText(keptWords)).not.toBeInTheDocument();
  expect(JSON.stringify({ ...sessionStorage })).not.toContain("A secret");
});

test("nothing of one person is sent with the token of the next", async () => {
  openTasksPage(ofAlice());
  await screen.findByText("Alice's own");
  const bobs = ofBob();
  const writers: (string | null)[] = [];
  const token = accessToken("bob");
  // Alice's token is refused, and the session that can be renewed by now is Bob's.
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    if (String(input).endsWith("/refresh")) return answer(200, { accessToken: token });
    const bearer = new Headers(init?.headers).get("authorization");
    if (init?.method === "POST") writers.push(bearer);
    return bearer === `Bearer ${token}` ? bobs.fetch(input, init) : answer(401, { message: "Invalid token" });
  });
  await user.click(screen.getByLabelText(quickAdd.label));
  await user.paste("For Alice");
  await user.keyboard("{Enter}");
  await screen.findByText("Bob's own");
  await waitFor(() => expect(writers).toHaveLength(1));
  expect(writers).not.toContain(`Bearer ${token}`);
  expect(bobs.tasks.map(({ title }) => title)).toEqual(["Bob's own"]);
  expect(document.body).not.toHaveTextContent("Alice");
});

test("the page is empty of words where nobody has left any", () => {
  renderPage(<SignedOutOnly><p>Log in</p></SignedOutOnly>);
  expect(screen.queryByText(keptWords)).not.toBeInTheDocument();
});
