"""Debian's Chromium, and people at it."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from devstack.suite import Suite
from page.browser import FLAGS, PROGRAMS, NewTab, fixture
from page.tab import Tab
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    async_playwright,
)

# What Chromium says of itself, and no fault of the page: that an answer is an error, of which the test
# says whether it was right to come; and, at a PAGE_BASE without TLS, that it passes over a header.
_CHROMIUMS_OWN = (
    "Failed to load resource",
    "The Cross-Origin-Opener-Policy header has been ignored, because the URL's origin was untrustworthy",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "page" in item.path.parts and "e2e-tests" in item.path.parts:
            item.add_marker("page")
            item.add_marker(
                pytest.mark.timeout(900)
            )  # the first one waits for the page to be built
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests. What a person leaves in it goes with their context."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, f"none of {', '.join(PROGRAMS)} is on PATH"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


@fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """One person's browser: its tabs share their cookies."""
    async with await browser.new_context(
        viewport={"width": 1280, "height": 800}, color_scheme="dark"
    ) as context:
        yield context


@fixture
async def faults() -> list[str]:
    """What any tab complained of: exceptions, and what breaks the page's own security policy."""
    return []


@fixture
async def new_tab(
    context: BrowserContext, page_url: str, faults: list[str]
) -> AsyncIterator[NewTab]:
    """Opens a tab: in the test's own browser, or in the one given. No fault in any may be left."""

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(said in message.text for said in _CHROMIUMS_OWN):
            faults.append(message.text)

    pages: list[Page] = []

    async def new(of: BrowserContext = context) -> Tab:
        page = await of.new_page()
        pages.append(page)
        page.on("console", heard)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return Tab(page, page_url)

    yield new
    for page in pages:
        if not page.is_closed():  # a request on its way to a route of the test outlives it
            await page.unroute_all(behavior="ignoreErrors")
    assert faults == []


@fixture
async def tab(new_tab: NewTab) -> Tab:
    """An open tab, nobody signed in."""
    return await new_tab()


@fixture
async def user(tab: Tab) -> Tab:
    """A tab at the list of tasks, somebody new signed in."""
    await tab.register()
    return tab


@fixture
async def new_context(browser: Browser) -> AsyncIterator[Callable[..., Awaitable[BrowserContext]]]:
    """Opens another person's browser, or the same person's on another device."""
    async with AsyncExitStack() as contexts:

        async def new(
            width: int = 1280, height: int = 800, *, java_script_enabled: bool = True
        ) -> BrowserContext:
            context = await browser.new_context(
                viewport=ViewportSize(width=width, height=height),
                java_script_enabled=java_script_enabled,
                color_scheme="dark",
            )
            return await contexts.enter_async_context(context)

        yield new


@pytest.fixture
def gateway(suite: Suite, page_url: str) -> Suite:
    """The suite behind the page, its gateway to be stopped; it runs again afterwards."""
    assert page_url == suite.page_url, "this test stops the gateway: it needs a suite of its own"
    return suite
