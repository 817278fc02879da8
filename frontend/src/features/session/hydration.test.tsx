import { fireEvent, render, screen } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";
import { LoginForm } from "./LoginForm";
import { SessionProvider } from "./SessionProvider";

const { fields, login } = getMessages(sessionMessages);

test("what was typed before the script runs counts, and until then the form cannot be sent", () => {
  const page = (
    <SessionProvider baseUrl="http://gateway.test">
      <LoginForm />
    </SessionProvider>
  );
  const container = document.createElement("div");
  document.body.append(container);
  container.innerHTML = renderToString(page);
  expect(screen.getByRole("form")).toHaveAttribute("method", "post");
  expect(screen.getByRole("button", { name: login.submit })).toBeDisabled();
  screen.getByLabelText<HTMLInputElement>(fields.email).value = "alice@example.org";

  render(page, { container, hydrate: true });
  expect(screen.getByRole("button", { name: login.submit })).toBeEnabled();
  fireEvent.submit(screen.getByRole("form"));
  expect(screen.getByLabelText(fields.email)).toHaveValue("alice@example.org");
  expect(screen.getByLabelText(fields.email)).toBeValid();
  expect(screen.getByLabelText(fields.password)).toHaveFocus();
});
