import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { test, vi } from "vitest";
import ActivityView from "@/features/activity/ActivityView";
import { LoginForm } from "@/features/session";
import TasksView from "@/features/tasks/TasksView";
import { getMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";
import { waitingMessages } from "@/lib/messages/waiting";
import { fakeGateway } from "@/testing/fake-gateway";
import { renderPage, SignedInProviders } from "@/testing/render";
import { accessToken, answer } from "@/testing/session";
import { aTask } from "@/testing/tasks";

const { retryNow, trouble } = getMessages(waitingMessages);
const { errors, fields, login } = getMessages(sessionMessages);

/** The session can be renewed; everything else fails like this. */
function failWith(response: () => Response) {
  vi.stubGlobal("fetch", async (input: RequestInfo | URL) =>
    String(input).endsWith("/refresh") ? answer(200, { accessToken: accessToken("alice") }) : response(),
  );
}
const busy = () => answer(429, { message: "Too many requests" }, { "retry-after": "37" });
const unavailable = () => answer(503, { message: "Service Error or Unavailable" }, { "retry-after": "5" });
const silent = (): Response => {
  throw new TypeError("Failed to fetch");
};

test.each([
  ["the list", "429", TasksView, busy, trouble.busy.explanation(37)],
  ["the list", "503", TasksView, unavailable, trouble.unavailable.explanation(5)],
  ["the list", "nothing", TasksView, silent, trouble.silent.explanation(undefined)],
  ["the feed", "429", ActivityView, busy, trouble.busy.explanation(37)],
])("%s says what %s means, and when it is asked again", async (_view, _status, View, response, words) => {
  failWith(response);
  renderPage(
    <SignedInProviders>
      <View />
    </SignedInProviders>,
  );
  await screen.findByText(words);
});

test("asking now does not wait for the next try", async () => {
  failWith(busy);
  renderPage(
    <SignedInProviders>
      <TasksView />
    </SignedInProviders>,
  );
  const askNow = await screen.findByRole("button", { name: retryNow });
  vi.stubGlobal("fetch", fakeGateway([aTask({ title: "Buy lamp oil" })]).fetch);
  await userEvent.setup().click(askNow);
  await screen.findByText("Buy lamp oil");
});

test.each([
  ["429", busy, `${errors.tooMany} ${errors.waitSeconds(37)}`],
  ["503", unavailable, `${errors.unavailable} ${errors.waitSeconds(5)}`],
])("the login says what %s means, and when to try again", async (_status, response, words) => {
  failWith(response);
  renderPage(<LoginForm />);
  const user = userEvent.setup();
  await user.click(screen.getByLabelText(fields.email));
  await user.paste("alice@example.org");
  await user.click(screen.getByLabelText(fields.password));
  await user.paste("a-long-password");
  await user.click(screen.getByRole("button", { name: login.submit }));
  await screen.findByText(words);
});
