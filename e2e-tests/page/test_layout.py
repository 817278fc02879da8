"""What can be seen at once: on a low window, at twice the text, on a phone, and on a very wide screen."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from devstack.testing import eventually
from page import words
from page.browser import NewTab
from page.tab import Tab
from playwright.async_api import BrowserContext, Locator, ViewportSize, expect

# 1280 × 800 at 200 %: half as many pixels each way.
ZOOMED = ViewportSize(width=640, height=400)


async def expect_in_sight(of: Locator) -> None:
    """All of it comes into the window, and nothing stands before its middle."""
    await eventually(partial(_is_in_sight, of))


async def _is_in_sight(of: Locator) -> bool:
    seen: bool = await of.evaluate(
        """element => {
            const { left, right, top, bottom } = element.getBoundingClientRect();
            const front = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
            return top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth
                && (element.contains(front) || front?.contains(element));
        }"""
    )
    return seen


async def _is_one_line(of: Locator) -> bool:
    lines: int = await of.evaluate(
        """element => {
            const text = document.createRange();
            text.selectNodeContents(element);
            return text.getClientRects().length;
        }"""
    )
    return lines == 1


async def test_at_200_percent_a_row_is_in_sight_and_the_navigation_on_one_line(user: Tab) -> None:
    await user.create("Oil for the lamps")
    page = user.page
    await page.set_viewport_size(ZOOMED)
    await page.evaluate("scrollTo(0, 0)")
    await expect_in_sight(user.row("Oil for the lamps"))
    for place in (words.TASKS, words.ACTIVITY):
        link = page.get_by_role("navigation").get_by_role("link", name=place)
        # The font of the page may come after its words.
        await eventually(partial(_is_one_line, link))
    await expect_in_sight(page.get_by_role("button", name=words.LOGOUT))
    assert await page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]


@pytest.mark.parametrize(("size", "least"), [((1280, 800), 10), ((360, 740), 4)])
async def test_enough_rows_are_in_sight_at_load(
    user: Tab, gateway_url: str, size: tuple[int, int], least: int
) -> None:
    await user.page.set_viewport_size(ViewportSize(width=size[0], height=size[1]))
    await user.open_with(gateway_url, *({"title": f"Task {number}"} for number in range(12)))
    await user.page.evaluate("document.fonts.ready")
    in_sight = await user.rows.evaluate_all(
        "rows => rows.filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert in_sight >= least


@pytest.mark.parametrize("size", [ZOOMED, ViewportSize(width=360, height=480)])
async def test_the_buttons_of_a_dialog_stay_in_sight_on_a_low_window(
    user: Tab, size: ViewportSize
) -> None:
    await user.page.set_viewport_size(size)
    await user.page.emulate_media(reduced_motion="reduce")
    await user.page.keyboard.press("n")
    body = user.dialog.locator("> *")
    assert await body.evaluate("body => body.scrollHeight > body.clientHeight"), "it scrolls"
    await expect_in_sight(user.dialog.get_by_role("button", name=words.CREATE, exact=True))
    description = user.dialog.get_by_label(words.DESCRIPTION)
    await description.fill("Two bottles.")
    await body.evaluate("body => body.scrollTo(0, body.scrollHeight)")
    await expect_in_sight(description)


async def test_a_phone_has_a_way_to_the_whole_form(
    new_context: Callable[..., Awaitable[BrowserContext]], new_tab: NewTab
) -> None:
    tab = await new_tab(await new_context(width=360, height=740))
    await tab.register()
    await tab.quick_add.fill("Oil")
    await tab.page.get_by_role("button", name=words.MORE).click()
    await expect(tab.dialog.get_by_label(words.TITLE)).to_have_value("Oil")


async def test_the_states_stay_on_one_line_however_many_there_are(
    user: Tab, gateway_url: str
) -> None:
    titles = [f"Task {number}" for number in range(12)]
    tasks = [{"title": title, "status": f"A state of {title}"} for title in titles]
    await user.open_with(gateway_url, *tasks)
    states = user.page.get_by_role("group", name=words.FILTER)
    assert await states.evaluate("states => states.clientHeight") < 80
    await states.get_by_role("button", name="A state of Task 0").click()
    await expect(user.rows).to_have_count(1)


async def test_of_nine_discards_one_notice_speaks_and_covers_no_row(
    user: Tab, gateway_url: str
) -> None:
    page = user.page
    await user.open_with(gateway_url, *({"title": f"Task {number}"} for number in range(12)))
    await page.set_viewport_size(ViewportSize(width=1280, height=500))
    notice = page.get_by_role("region", name=words.NOTICES)
    await page.get_by_role("button", name="Task 11", exact=True).focus()
    for number in range(11, 2, -1):
        await page.keyboard.press("d")
        await notice.get_by_role("button", name=words.UNDO).hover()  # its clock waits
        await expect(user.row(f"Task {number}")).to_have_count(0)
        neighbour = page.get_by_role("button", name=f"Task {number - 1}", exact=True)
        await expect(neighbour).to_be_focused()  # which comes after the row has gone
    await expect(notice).to_contain_text("Task 3")
    await expect(notice.get_by_role("button", name=words.UNDO)).to_have_count(1)
    await expect_in_sight(notice.get_by_role("button", name=words.UNDO))
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    await expect_in_sight(user.row("Task 0"))
    for number in (3, 4):
        await notice.get_by_role("button", name=words.UNDO).click()
        await expect(user.row(f"Task {number}")).to_be_visible()


async def test_an_undo_outlives_a_dialog_that_stands_before_it(user: Tab) -> None:
    await user.create("Burn this letter")
    await user.delete("Burn this letter")
    await user.page.mouse.move(0, 0)
    await user.page.keyboard.press("n")
    await expect(user.dialog).to_be_visible()
    clock = user.page.get_by_role("region", name=words.NOTICES, include_hidden=True).locator(
        "[aria-hidden=true]"
    )
    await expect(clock.last).to_have_css("animation-play-state", "paused")
    await user.page.keyboard.press("Escape")
    await user.page.keyboard.press("u")
    await expect(user.row("Burn this letter")).to_be_visible()


@pytest.mark.parametrize(
    "size", [(1280, 800), (2048, 900), (2560, 1440), (3440, 1440), (2560, 800)]
)
async def test_the_towers_are_drawn_to_their_tips(tab: Tab, size: tuple[int, int]) -> None:
    await tab.page.set_viewport_size(ViewportSize(width=size[0], height=size[1]))
    await tab.open("/")
    town = tab.page.locator("[class*=town]")
    height, drawn = await town.evaluate(
        """town => {
            const { height, width } = town.getBoundingClientRect();
            const size = getComputedStyle(town).backgroundSize.split(" ")[0];
            const probe = document.createElement("div");
            probe.style.cssText = `position: absolute; width: ${size}`;
            town.append(probe);
            return [height, probe.getBoundingClientRect().width];
        }"""
    )
    assert height >= 0.283 * drawn, "the highest tower is that high, for the width of the drawing"
    sky = await tab.page.locator("[class*=scene]").first.evaluate("scene => scene.clientHeight")
    assert height <= sky
