"""For every hand and eye: axe, the keyboard alone, the narrowest screen, and the weight of it all."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2
import pytest
from client import PASSWORD
from page import words
from page.axe import violations
from page.browser import NewTab, fixture
from page.tab import Tab
from playwright.async_api import BrowserContext, Response, expect

NARROW = 360
LONG = "A task with a title that goes on for longer than any narrow screen is wide"
FIRST_LOAD_BYTES = 160_000


async def _shown(tab: Tab) -> AsyncIterator[str]:
    """Every page and dialog in turn, by name; a new user is signed in on the way."""
    await tab.open("/")
    yield "landing"
    await tab.open("/nowhere")
    yield "not found"
    await tab.open("/login")
    await tab.page.get_by_role("button", name=words.LOGIN).click()
    await expect(tab.page.get_by_text(words.PASSWORD_MISSING)).to_be_visible()
    yield "login with faults"
    await tab.open("/register")
    yield "register"
    await tab.register()
    yield "empty list"
    await tab.create(LONG)
    await tab.create("An-unbroken-word-" + "o" * 100)
    await tab.create("Done")
    await tab.show_completed()
    await tab.complete_button("Done").click()
    await expect(tab.complete_button("Done")).to_have_attribute("aria-pressed", "true")
    yield "list"
    await tab.page.keyboard.press("Escape")
    await tab.page.get_by_role("button", name=words.KEYS).click()
    await expect(tab.dialog).to_be_visible()
    yield "help"
    await tab.page.keyboard.press("Escape")
    await tab.edit("Done")
    await tab.dialog.get_by_text(words.OTHER_STATUS).click()
    await expect(tab.dialog.get_by_label(words.OTHER_STATUS_LABEL)).to_be_visible()
    yield "edit"
    await tab.page.keyboard.press("Escape")
    await expect(tab.dialog).to_have_count(0)
    await tab.read(LONG)  # the words that were left in the form of the other come first there
    await expect(tab.dialog.get_by_text(words.CREATED, exact=True)).to_have_count(2)
    yield "panel"
    await tab.page.keyboard.press("Escape")
    await expect(tab.dialog).to_have_count(0)
    await tab.delete("Done")
    yield "undo"
    await tab.to(words.ACTIVITY)
    await expect(tab.activity(words.COMPLETED, "Done")).to_be_visible()
    yield "activity"


@fixture
async def still(new_context: Callable[..., Awaitable[BrowserContext]], new_tab: NewTab) -> Tab:
    """A tab in which nothing fades: axe must not measure colours half way."""
    tab = await new_tab(await new_context())
    await tab.page.emulate_media(reduced_motion="reduce")
    return tab


async def test_axe_finds_nothing_on_any_page_or_dialog(still: Tab) -> None:
    found = {name: await violations(still.page) async for name in _shown(still)}
    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.mark.parametrize("text_size", ["100%", "200%"])
async def test_nothing_is_wider_than_the_narrowest_screen(
    new_context: Callable[..., Awaitable[BrowserContext]], new_tab: NewTab, text_size: str
) -> None:
    tab = await new_tab(await new_context(width=NARROW, height=740))
    await tab.page.emulate_media(reduced_motion="reduce")  # what moves is measured half way
    async for name in _shown(tab):
        await tab.page.evaluate("size => document.documentElement.style.fontSize = size", text_size)
        width = await tab.page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROW, f"{name} is {width} pixels wide"
        outside = await tab.page.evaluate(
            """width => [...document.querySelectorAll('a, button, input, textarea')]
                .filter(control => control.checkVisibility())
                .map(control => {
                    // The states stand on a line that scrolls by itself.
                    control.scrollIntoView({ block: "nearest", inline: "nearest" });
                    return [control.textContent || control.name, control.getBoundingClientRect()];
                })
                .filter(([, box]) => box.width > 1 && (box.left < 0 || box.right > width))
                .map(([name]) => name)""",
            NARROW,
        )
        assert outside == [], f"{name}: out of reach"


def is_list(answer: Response) -> bool:
    return answer.request.method == "GET" and "/api/tasks?" in answer.url


async def test_a_day_of_work_by_keyboard_alone(tab: Tab) -> None:
    page, keys = tab.page, tab.page.keyboard
    email = await tab.register()
    await tab.logout()
    await page.get_by_label(words.EMAIL).focus()
    await keys.type(email)
    await keys.press("Tab")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await tab.expect_at("/hunt")
    await expect(tab.quick_add).to_be_visible()

    await keys.press("n")
    await expect(tab.dialog.get_by_label(words.TITLE)).to_be_focused()
    await keys.type("By hand")
    await keys.press("Enter")
    await expect(tab.dialog).to_have_count(0)
    await tab.expect_stored("By hand")

    # A list that arrives later may have the row anew, without the focus.
    async with page.expect_response(lambda answer: is_list(answer) and "done=" not in answer.url):
        await page.get_by_role("button", name=words.SHOW_COMPLETED).press("Enter")
    await expect(tab.row("By hand")).to_be_visible()
    await keys.press("ArrowDown")
    await keys.press("x")
    await expect(tab.complete_button("By hand")).to_have_attribute("aria-pressed", "true")
    await keys.press("e")
    await expect(tab.dialog.get_by_label(words.TITLE)).to_be_focused()
    await keys.press("Escape")
    await expect(
        tab.row("By hand").get_by_role("button", name="By hand", exact=True)
    ).to_be_focused()
    await keys.press("d")
    await expect(tab.row("By hand")).to_have_count(0)
    await keys.press("u")
    await expect(tab.row("By hand")).to_be_visible()

    await keys.press("/")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await keys.type("no such thing")
    await expect(page.get_by_text(words.NO_MATCH)).to_be_visible()
    await keys.press("Escape")
    await keys.press("?")
    await expect(page.get_by_role("dialog", name=words.KEYS_HEADING)).to_be_visible()
    await keys.press("Escape")
    await expect(tab.dialog).to_have_count(0)


async def test_a_dialog_keeps_the_focus(user: Tab) -> None:
    await user.page.keyboard.press("n")
    await expect(user.dialog.get_by_label(words.TITLE)).to_be_focused()
    for _ in range(15):
        await user.page.keyboard.press("Tab")
        assert await user.page.evaluate(
            # Between the last control and the first the browser itself may have it.
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )


async def test_a_dialog_hides_the_page_behind_it_in_forced_colours(user: Tab) -> None:
    await user.page.emulate_media(forced_colors="active")
    await user.page.keyboard.press("n")
    await expect(user.dialog).to_be_visible()
    transparent = re.compile(r"^rgba\(.*, 0\)$")
    await expect(user.dialog).not_to_have_css("background-color", transparent)


@pytest.mark.parametrize("path", ["/", "/login", "/register", "/hunt", "/journal"])
async def test_the_scripts_of_a_first_load_stay_within_their_bound(
    page_url: str, path: str
) -> None:
    async with httpx2.AsyncClient(base_url=page_url, timeout=30, trust_env=False) as http:
        loaded = 0
        for script in await _first_scripts(http, path):
            async with http.stream("GET", script, headers={"accept-encoding": "gzip"}) as answer:
                loaded += sum([len(part) async for part in answer.aiter_raw()])
    assert 0 < loaded <= FIRST_LOAD_BYTES


async def test_browsers_are_told_to_compile_the_scripts_while_they_arrive(page_url: str) -> None:
    async with httpx2.AsyncClient(base_url=page_url, timeout=30, trust_env=False) as http:
        scripts = [(await http.get(script)).text for script in await _first_scripts(http, "/")]
    assert scripts
    for script in scripts:
        assert script.startswith("//# allFunctionsCalledOnLoad\n")


async def _first_scripts(http: httpx2.AsyncClient, path: str) -> set[str]:
    """The paths of what a browser loads with the page; old ones alone load what is marked so."""
    tags = re.findall(r"<script[^>]*>", (await http.get(path)).text)
    return {
        source[1]
        for tag in tags
        if "nomodule" not in tag.lower() and (source := re.search(r'src="([^"]+)"', tag))
    }
