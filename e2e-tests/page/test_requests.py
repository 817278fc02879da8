"""What the page sends, and what it says when an answer does not come."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from client import PASSWORD
from devstack.testing import eventually
from page import words
from page.browser import NewTab
from page.tab import Tab
from playwright.async_api import BrowserContext, Route, expect

TASKS = "**/api/tasks*"
SCRIPTS = "**/_next/static/**/*.js"


async def test_a_form_sent_before_its_script_runs_shows_no_password_and_loses_no_word(
    tab: Tab, new_tab: NewTab
) -> None:
    email = await tab.register()
    await tab.logout()
    early = await new_tab()
    arrive = asyncio.Event()

    async def hold(route: Route) -> None:
        await arrive.wait()
        await route.continue_()

    await early.page.route(SCRIPTS, hold)
    await early.page.goto(f"{early.address}/login", wait_until="commit")
    await early.page.get_by_label(words.EMAIL).fill(email)
    password = early.page.get_by_label(words.PASSWORD, exact=True)
    await password.fill(PASSWORD)
    await password.press("Enter")
    await early.page.get_by_role("button", name=words.LOGIN).click(force=True)
    assert early.page.url == f"{early.address}/login"

    arrive.set()
    await early.page.get_by_role("button", name=words.LOGIN).click()
    await expect(early.quick_add).to_be_visible()


async def test_without_scripts_no_form_is_sent(
    new_context: Callable[..., Awaitable[BrowserContext]], new_tab: NewTab
) -> None:
    tab = await new_tab(await new_context(java_script_enabled=False))
    for path in ("/login", "/register"):
        await tab.open(path)
        password = tab.page.get_by_label(words.PASSWORD, exact=True)
        await password.fill(PASSWORD)
        await password.press("Enter")
        # Playwright's own expectations leave this element's text out.
        assert words.NO_SCRIPT in await tab.page.locator("noscript").inner_html()
        assert tab.page.url == tab.address + path


async def test_the_gateway_is_asked_with_a_preflight_once_for_many_calls(user: Tab) -> None:
    sent: list[str] = []

    def note(event: dict[str, Any]) -> None:
        # A browser remembers a preflight for its address (Fetch Standard, section 4.9).
        if event["request"]["url"].endswith("/api/tasks"):
            sent.append(event["request"]["method"])

    devtools = await user.page.context.new_cdp_session(user.page)
    devtools.on("Network.requestWillBeSent", note)
    await devtools.send("Network.enable")
    for number in range(4):
        await user.create(f"Task {number}")

    def all_are_noted() -> bool:
        """The browser's own report takes another way than what Playwright waited for."""
        return sent.count("POST") == 4

    await eventually(all_are_noted)
    assert sent.count("OPTIONS") <= 1


async def test_too_many_requests_are_told_with_the_seconds_to_wait(user: Tab) -> None:
    await user.page.route(TASKS, lambda route: _refuse(route, 429, {"retry-after": "2"}))
    await user.page.reload()
    await expect(user.page.get_by_role("heading", name=words.BUSY)).to_be_visible()
    await expect(user.page.get_by_text("in 2 seconds")).to_be_visible()
    await user.page.unroute(TASKS)
    await user.create("After a rest")


async def test_a_change_refused_while_the_session_lives_is_told(user: Tab) -> None:
    await user.create("Feed the crows")
    await user.show_completed()
    await user.page.route("**/api/tasks/*", lambda route: _refuse(route, 401, {}))
    await user.complete_button("Feed the crows").click()
    await expect(user.page.get_by_text(words.update_failed("Feed the crows"))).to_be_visible()
    await user.page.unroute("**/api/tasks/*")
    await user.page.get_by_role("button", name=words.TRY_AGAIN).click()
    await expect(user.complete_button("Feed the crows")).to_have_attribute("aria-pressed", "true")
    await user.expect_stored("Feed the crows")


async def test_half_an_emoji_is_mended_before_it_is_sent(user: Tab) -> None:
    await user.quick_add.focus()
    await user.page.evaluate("document.execCommand('insertText', false, 'Moon \\ud83d')")
    await user.quick_add.press("Enter")
    await user.expect_stored("Moon \ufffd")


async def _refuse(route: Route, status: int, headers: dict[str, str]) -> None:
    """As the gateway would, which lets the page read the answer."""
    cors = {
        "access-control-allow-origin": route.request.headers.get("origin", ""),
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "retry-after",
    }
    await route.fulfill(status=status, headers=headers | cors, json={"message": "No"})
