"""Who is signed in, across reloads, tabs and the gateway's absence."""

import asyncio
import re

from devstack.suite import Suite
from page import words
from page.browser import NewTab
from page.tab import Tab
from playwright.async_api import expect


async def test_a_reload_keeps_the_session_and_leaves_no_token_behind(user: Tab) -> None:
    await user.create("Still here")
    await user.page.reload()
    await expect(user.row("Still here")).to_be_visible()
    stored = await user.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert "eyJ" not in stored, "an access token is kept in memory only"


async def test_the_page_works_under_both_local_names(tab: Tab) -> None:
    tab.address = tab.address.replace("localhost", "127.0.0.1")
    await tab.register()
    await tab.create("Under this name, too")
    await tab.page.reload()
    await expect(tab.row("Under this name, too")).to_be_visible()


async def test_two_tabs_that_wake_at_once_both_stay_signed_in(user: Tab, new_tab: NewTab) -> None:
    other = await new_tab()
    await other.open("/hunt")
    for _ in range(5):
        await asyncio.gather(user.page.reload(), other.page.reload())
        await expect(user.quick_add).to_be_visible()
        await expect(other.quick_add).to_be_visible()


async def test_logout_reaches_every_tab_and_login_leads_on(tab: Tab, new_tab: NewTab) -> None:
    email = await tab.register()
    other = await new_tab()
    await other.open("/journal")
    await expect(other.page.get_by_role("heading", name=words.ACTIVITY_HEADING)).to_be_visible()
    await tab.logout()
    await other.expect_at("/login")
    await tab.page.reload()
    await tab.login(email)
    await tab.expect_at("/hunt")
    await other.expect_at("/journal")


async def test_a_session_ended_elsewhere_leads_to_login_and_back(
    tab: Tab, gateway_url: str
) -> None:
    email = await tab.register()
    await tab.create("Unfinished")
    async with tab.page.expect_response(lambda answer: "status=" in answer.url):
        await (
            tab.page.get_by_role("group", name=words.FILTER)
            .get_by_role("button", name="Not Started")
            .click()
        )
    # Logged out by the token and the cookie themselves, behind the page's back.
    ended = await tab.page.context.request.post(
        f"{gateway_url}/api/users/auth/logout", headers={"authorization": tab.authorization}
    )
    assert ended.status == 204
    await tab.expect_at("/login")  # its stream ends, and no other begins
    await expect(tab.page.get_by_text(words.SESSION_ENDED)).to_be_visible()
    await tab.login(email)
    await expect(tab.row("Unfinished")).to_be_visible()
    await expect(tab.page).to_have_url(re.compile(r"/hunt\?status=Not\+Started$"))


async def test_a_wrong_password_says_so_and_nothing_else(tab: Tab) -> None:
    await tab.open("/login")
    await tab.login("nobody@example.com")
    await expect(
        tab.page.get_by_role("alert").filter(has_text=words.WRONG_CREDENTIALS)
    ).to_be_visible()
    await tab.expect_at("/login")


async def test_an_address_that_is_taken_says_so(tab: Tab) -> None:
    email = await tab.register()
    await tab.logout()
    await tab.open("/register")
    await tab.page.get_by_label(words.USERNAME).fill("Alice again")
    await tab.page.get_by_label(words.EMAIL).fill(email)
    await tab.page.get_by_label(words.PASSWORD, exact=True).fill("another password")
    await tab.page.get_by_role("button", name=words.REGISTER).click()
    await expect(tab.page.get_by_text(words.EMAIL_TAKEN)).to_be_visible()


async def test_a_gateway_that_falls_silent_is_told_and_waited_for(
    user: Tab, gateway: Suite
) -> None:
    await user.create("Remember me")
    try:
        gateway.stop("api-gateway")
        await user.complete_button("Remember me").click()
        await expect(user.page.get_by_text(words.update_unanswered("Remember me"))).to_be_visible()
        await expect(user.page.get_by_text(words.UNREACHABLE_BANNER)).to_be_visible()
        await expect(user.complete_button("Remember me")).to_have_attribute("aria-pressed", "false")
        await user.page.reload()
        await expect(user.page.get_by_role("heading", name=words.UNREACHABLE)).to_be_visible()
    finally:
        gateway.start("api-gateway")
        gateway.wait_ready()
    await expect(user.row("Remember me")).to_be_visible()
    await expect(user.page.get_by_role("heading", name=words.UNREACHABLE)).to_have_count(0)
