import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "@/lib/api/errors";
import { getMessages } from "@/lib/messages";
import { registrationMessages } from "@/lib/messages/registration";
import { sessionMessages } from "@/lib/messages/session";
import { renderPage } from "@/testing/render";
import { accessToken, answer } from "@/testing/session";
import { LoginForm } from "./LoginForm";
import { RegisterForm } from "./RegisterForm";
import { Session } from "./session";

const { errors, fields, login } = getMessages(sessionMessages);
const registration = getMessages(registrationMessages);
const user = userEvent.setup();
let gateway: ReturnType<typeof vi.fn<typeof fetch>>;

beforeEach(() => {
  gateway = vi.fn<typeof fetch>();
  vi.stubGlobal("fetch", gateway);
});

async function tryToLogIn() {
  renderPage(<LoginForm />);
  await user.type(screen.getByLabelText(fields.email), "alice@example.org");
  await user.type(screen.getByLabelText(fields.password), "a-long-password");
  await user.click(screen.getByRole("button", { name: login.submit }));
}

test("what the gateway finds wrong with a field stands at that field", async () => {
  const message = "must be a valid e-mail address";
  gateway.mockResolvedValue(answer(400, { message: "Invalid input", errors: [{ field: "email", message }] }));
  renderPage(<RegisterForm passwordMinLength={6} />);
  await user.type(screen.getByLabelText(registration.username), "Alice");
  await user.type(screen.getByLabelText(fields.email), "a@b..com");
  await user.type(screen.getByLabelText(fields.password), "a-long-password");
  await user.click(screen.getByRole("button", { name: registration.submit }));
  await screen.findByText("Invalid input");
  expect(screen.getByLabelText(fields.email)).toHaveAccessibleDescription(message);
  expect(screen.getByLabelText(registration.username)).toBeValid();
});

test("a registration whose answer was lost lets its writer in when it is sent again", async () => {
  gateway.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  gateway.mockResolvedValueOnce(answer(409, { message: "Email already registered" }));
  gateway.mockResolvedValueOnce(answer(200, { accessToken: accessToken("alice") }));
  renderPage(<RegisterForm passwordMinLength={6} />);
  for (const [label, text] of [[registration.username, "Alice"], [fields.email, "a@b.com"], [fields.password, "a-long-password"]] as const) {
    await user.click(screen.getByLabelText(label));
    await user.paste(text);
  }
  await user.click(screen.getByRole("button", { name: registration.submit }));
  await screen.findByText(errors.unreachable);
  await user.click(screen.getByRole("button", { name: registration.submit }));
  await waitFor(() => expect(gateway).toHaveBeenCalledTimes(3));
  expect(String(gateway.mock.calls[2]?.[0])).toContain("/login");
  expect(screen.queryByText(errors.emailTaken)).not.toBeInTheDocument();
});

test("a login that fails leaves the focus where it was, and is sent once", async () => {
  let refuse: (reason: ApiError) => void = () => undefined;
  const sent = vi.spyOn(Session.prototype, "login").mockImplementation(() => new Promise((_, no) => (refuse = no)));
  await tryToLogIn();
  expect(screen.getByRole("button", { name: login.busy })).toBeEnabled();
  expect(screen.getByRole("button", { name: login.busy })).toHaveAttribute("aria-disabled", "true");
  await user.keyboard("{Enter}");
  expect(sent).toHaveBeenCalledTimes(1);
  refuse(new ApiError({ status: 401, message: "no" }));
  await screen.findByText(errors.credentials);
  expect(screen.getByRole("button", { name: login.submit })).toHaveFocus();
});

test("a refusal goes when something else is written than what was refused", async () => {
  gateway.mockResolvedValue(answer(429, { message: "no" }));
  await tryToLogIn();
  await screen.findByText(errors.tooMany, { exact: false });
  await user.type(screen.getByLabelText(fields.email), "{Backspace}");
  await waitFor(() => expect(screen.getByRole("alert")).toBeEmptyDOMElement());
});
