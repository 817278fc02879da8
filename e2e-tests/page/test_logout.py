"""Logging out: what goes with the session, in every tab and whatever the gateway does."""

import asyncio

import httpx2
from devstack.suite import Suite
from devstack.testing import eventually
from page import words
from page.browser import NewTab
from page.tab import Tab
from playwright.async_api import Request, Route, expect


async def test_nothing_of_one_person_is_left_for_the_next(user: Tab, new_tab: NewTab) -> None:
    other = await new_tab()
    await other.open("/hunt")
    for tab, title in ((user, "Of the first"), (other, "Of the first, elsewhere")):
        await tab.create(title)
        await tab.delete(title)  # its notice has an undo, and stands in this tab alone
    # The next write fails, and leaves a notice with "Try again".
    await other.page.route("**/api/tasks", lambda route: route.abort())
    await other.quick_add.fill("Unheard of")
    await other.quick_add.press("Enter")
    await expect(other.page.get_by_role("button", name=words.TRY_AGAIN)).to_be_visible()
    await other.page.unroute("**/api/tasks")
    await user.logout()
    await other.expect_at("/login")

    await user.register()
    await other.expect_at("/hunt")
    await expect(other.quick_add).to_be_visible()
    await user.page.keyboard.press("u")
    for tab in (user, other):
        await expect(tab.page.get_by_text("Of the first")).to_have_count(0)
        await expect(tab.page.get_by_text("Unheard of")).to_have_count(0)
        await expect(tab.page.get_by_role("button", name=words.TRY_AGAIN)).to_have_count(0)
        await expect(tab.rows).to_have_count(0)


async def test_what_one_person_began_is_not_sent_as_the_next(user: Tab, new_tab: NewTab) -> None:
    other = await new_tab()
    await other.open("/hunt")
    arrive = asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.method == "POST":
            await arrive.wait()
        await route.continue_()

    await other.page.route("**/api/tasks", late)
    async with other.page.expect_request(_creates):
        await other.quick_add.fill("Of the first")
        await other.quick_add.press("Enter")
    await user.logout()
    await other.expect_at("/login")
    await user.register()
    await expect(other.quick_add).to_be_visible()
    async with other.page.expect_response(lambda response: _creates(response.request)) as refused:
        arrive.set()
    assert (await refused.value).status == 401
    await other.create("Of the next")
    await user.page.reload()
    await expect(user.row("Of the next")).to_be_visible()
    await expect(user.rows).to_have_count(1)


def _creates(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/api/tasks")


async def test_while_the_gateway_is_silent_the_session_ends_here_and_there_when_it_is_back(
    user: Tab, gateway: Suite, gateway_url: str
) -> None:
    await user.create("Before")
    token = user.authorization
    try:
        gateway.freeze("api-gateway")
        await user.page.get_by_role("button", name=words.LOGOUT).click()
        await user.expect_at("/login")
        await expect(user.page.get_by_text(words.LEAVING)).to_be_visible()
        await user.open("/hunt")
        await user.expect_at("/login")
        await expect(user.page.get_by_text(words.LEAVING)).to_be_visible()
    finally:
        gateway.thaw("api-gateway")
        gateway.wait_ready()
    await expect(user.page.get_by_text(words.LOGGED_OUT)).to_be_visible()
    assert await _status(gateway_url, token) == 401


async def test_a_logout_that_was_not_heard_ends_nothing_of_who_logs_in_next(
    user: Tab, new_tab: NewTab, gateway: Suite, gateway_url: str
) -> None:
    await user.create("Before")
    token = user.authorization
    try:
        gateway.stop("api-gateway")
        await user.page.get_by_role("button", name=words.LOGOUT).click()
        await expect(user.page.get_by_text(words.LEAVING)).to_be_visible()
    finally:
        gateway.start("api-gateway")
        gateway.wait_ready()
    await user.register()
    await user.create("Of the next")

    async def ended() -> bool:
        return await _status(gateway_url, token) == 401

    await eventually(ended, within=30)
    await user.page.reload()
    await expect(user.row("Of the next")).to_be_visible()
    other = await new_tab()
    await other.open("/hunt")
    await expect(other.row("Of the next")).to_be_visible()


async def _status(gateway_url: str, authorization: str) -> int:
    async with httpx2.AsyncClient(base_url=gateway_url, timeout=30, trust_env=False) as http:
        answer = await http.get("/api/tasks", headers={"authorization": authorization})
    return answer.status_code


async def test_a_tab_that_holds_the_lock_for_ever_keeps_no_other_tab_out(
    tab: Tab, new_tab: NewTab
) -> None:
    await tab.open("/login")
    await tab.page.evaluate(
        """() => new Promise(held => {
            const forEver = () => (held(), new Promise(() => {}));
            navigator.locks.request("task-hunter.session", forEver).catch(() => {});
        })"""
    )
    other = await new_tab()
    email = await other.register()
    await other.page.reload()
    await expect(other.quick_add).to_be_visible()
    await other.logout()
    await other.login(email)
    await expect(other.quick_add).to_be_visible()
