import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { answer } from "@/testing/session-parts";
import { RegisterForm } from "./RegisterForm";
import { SessionProvider } from "./SessionProvider";

const hand = userEvent.setup();
let gateway: ReturnType<typeof vi.fn<typeof fetch>>;

beforeEach(() => {
  gateway = vi.fn<typeof fetch>();
  vi.stubGlobal("fetch", gateway);
});

const show = (form: React.ReactNode) =>
  render(<SessionProvider baseUrl="http://gateway.test">{form}</SessionProvider>);

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
