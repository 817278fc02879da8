import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useRouter } from "next/navigation";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LOCALE_COOKIE } from "@/lib/messages/define";
import { LocaleProvider } from "@/lib/messages/LocaleProvider";
import { settingsMessages } from "@/lib/messages/settings";
import { preferredInCookie } from "@/lib/preference-cookie";
import { THEME_COOKIE } from "@/lib/theme";
import { Settings } from "./Settings";

const hunter = settingsMessages["en-x-hunter"];
const plain = settingsMessages.en;
const user = userEvent.setup();

beforeEach(() => {
  vi.spyOn(useRouter(), "refresh");
});
afterEach(() => {
  for (const name of [LOCALE_COOKIE, THEME_COOKIE]) document.cookie = `${name}=; Max-Age=0; Path=/`;
  delete document.documentElement.dataset.theme;
});

const page = (locale: "en" | "en-x-hunter") => (
  <LocaleProvider locale={locale}>
    <Settings>
      <p>Alice</p>
    </Settings>
    <button>elsewhere</button>
  </LocaleProvider>
);

test("another voice is remembered, and asked of the server, which then gives the page its words", async () => {
  const { rerender } = render(page("en-x-hunter"));
  await user.click(screen.getByRole("button", { name: hunter.open }));
  expect(screen.getByRole("radio", { name: hunter.locales["en-x-hunter"] })).toBeChecked();
  await user.click(screen.getByRole("radio", { name: hunter.locales.en }));
  expect(preferredInCookie(LOCALE_COOKIE)).toBe("en");
  expect(useRouter().refresh).toHaveBeenCalledOnce();
  rerender(page("en"));
  expect(screen.getByRole("group", { name: plain.words })).toBeVisible();
  expect(screen.getByRole("radio", { name: plain.locales.en })).toBeChecked();
});

test("a voice chosen in another tab is asked of the server once this tab is seen again", () => {
  render(page("en-x-hunter"));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(useRouter().refresh).not.toHaveBeenCalled();
  document.cookie = `${LOCALE_COOKIE}=en; Path=/`;
  document.dispatchEvent(new Event("visibilitychange"));
  expect(useRouter().refresh).toHaveBeenCalledOnce();
});

test("other colours are in force at once, and remembered", async () => {
  render(page("en"));
  await user.click(screen.getByRole("button", { name: plain.open }));
  expect(screen.getByRole("radio", { name: plain.themes.system })).toBeChecked();
  await user.click(screen.getByRole("radio", { name: plain.themes.light }));
  expect(document.documentElement.dataset.theme).toBe("light");
  expect(preferredInCookie(THEME_COOKIE)).toBe("light");
});

test("Escape closes the settings and gives the focus back, and so does leaving them", async () => {
  render(page("en"));
  const button = screen.getByRole("button", { name: plain.open });
  await user.click(button);
  expect(screen.getByText("Alice")).toBeVisible();
  await user.click(screen.getByText("Alice"));
  expect(screen.getByText("Alice")).toBeVisible();
  await user.keyboard("{Escape}");
  expect(screen.queryByText("Alice")).not.toBeInTheDocument();
  expect(button).toHaveFocus();
  await user.click(button);
  await user.click(screen.getByRole("button", { name: "elsewhere" }));
  expect(screen.queryByText("Alice")).not.toBeInTheDocument();
});
