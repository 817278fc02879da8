import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "@/lib/api/errors";
import { answer } from "@/testing/session";
import { LoginForm } from "./LoginForm";
import { RegisterForm } from "./RegisterForm";
import { Session } from "./session";
import { SessionProvider } from "./SessionProvider";

const hand = userEvent.setup();
let gateway: ReturnType<typeof vi.fn<typeof fetch>>;

beforeEach(() => {
  gateway = vi.fn<typeof fetch>();
  vi.stubGlobal("fetch", gateway);
});

const show = (form: React.ReactNode) =>
  render(<SessionProvider baseUrl="http://gateway.test">{form}</SessionProvider>);

async function tryToEnter() {
  show(<LoginForm />);
  await hand.type(screen.getByLabelText("E-mail"), "ludwig@example.org");
  await hand.type(screen.getByLabelText("Password"), "moonlight");
  await hand.click(screen.getByRole("button", { name: "Enter the dream" }));
}

test("what the gateway finds wrong with a field stands at that field", async () => {
  const message = "must be a valid e-mail address";
  gateway.mockResolvedValue(answer(400, { message: "Invalid input", errors: [{ field: "email", message }] }));
  show(<RegisterForm />);
  await hand.type(screen.getByLabelText("Name"), "Ludwig");
  await hand.type(screen.getByLabelText("E-mail"), "a@b..com");
  await hand.type(screen.getByLabelText("Password"), "moonlight-greatsword");
  await hand.click(screen.getByRole("button", { name: "Sign in blood" }));
  await screen.findByText("Invalid input");
  expect(screen.getByLabelText("E-mail")).toHaveAccessibleDescription(message);
  expect(screen.getByLabelText("Name")).toBeValid();
});

test("a login that fails leaves the focus where it was, and is sent once", async () => {
  let refuse: (reason: ApiError) => void = () => undefined;
  const login = vi.spyOn(Session.prototype, "login").mockImplementation(() => new Promise((_, no) => (refuse = no)));
  await tryToEnter();
  expect(screen.getByRole("button", { name: "Entering…" })).toBeEnabled();
  expect(screen.getByRole("button", { name: "Entering…" })).toHaveAttribute("aria-disabled", "true");
  await hand.keyboard("{Enter}");
  expect(login).toHaveBeenCalledTimes(1);
  refuse(new ApiError({ status: 401, message: "no" }));
  await screen.findByText(/No hunter answers/);
  expect(screen.getByRole("button", { name: "Enter the dream" })).toHaveFocus();
});

test("a refusal goes when something else is written than what was refused", async () => {
  gateway.mockResolvedValue(answer(429, { message: "no" }));
  await tryToEnter();
  await screen.findByText(/Too many attempts/);
  await hand.type(screen.getByLabelText("E-mail"), "{Backspace}");
  await waitFor(() => expect(screen.getByRole("alert")).toBeEmptyDOMElement());
});
