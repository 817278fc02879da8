"""A thousand tasks."""

import asyncio
from functools import partial

import pytest
from client import User, new_http
from devstack.testing import eventually
from page import words
from page.browser import fixture
from page.tab import Tab
from playwright.async_api import Locator, Route, expect

MANY = 1000


@fixture(scope="module")
async def owner_of_many(gateway_url: str) -> str:
    """The e-mail address of somebody who has a thousand tasks."""
    free = asyncio.Semaphore(16)
    async with new_http(gateway_url) as http:
        owner = User(http)
        await owner.register()

        async def create(number: int) -> None:
            async with free:
                title = f"Task {number}"
                await owner.create(title=title, status="Not Started", **_length_of(number))

        await asyncio.gather(*(create(number) for number in range(MANY)))
        return owner.email


@fixture
async def thousand(tab: Tab, owner_of_many: str) -> Tab:
    """A tab at their list. Who uses it changes none of the tasks."""
    await tab.open("/login")
    await tab.login(owner_of_many)
    await expect(_rows(tab)).to_have_count(100)
    return tab


def _rows(tab: Tab) -> Locator:
    """All rows, by what the page calls them: to look for so many roles takes the browser seconds."""
    return tab.page.locator("[data-task]")


def _length_of(number: int) -> dict[str, str]:
    """Something to read for every third, so that rows differ in height."""
    if number % 3:
        return {}
    return {"description": "Past the great bridge, then along the river. " * (number % 5 + 1)}


async def test_loading_more_reaches_each_one_once(thousand: Tab) -> None:
    await _read_all(thousand)
    titles = await thousand.page.get_by_role("heading", level=2).all_text_contents()
    assert len(set(titles)) == MANY


async def test_one_comes_back_to_the_row_one_left(thousand: Tab) -> None:
    page = thousand.page
    await _read_all(thousand)
    task = await _rows(thousand).nth(699).get_attribute("data-task")
    row = page.locator(f'[data-task="{task}"]')
    await row.evaluate("row => row.scrollIntoView({block: 'center'})")
    left = await _settled(row)
    assert 0 < left < 800, "the row is in sight"

    # By a link and by the browser's own button. The links at the head of the page are far away here.
    for back in (partial(thousand.to, words.TASKS), page.go_back):
        await row.get_by_role("link", name=words.activity_of("")).click()
        await page.wait_for_url("**/journal?task=*")
        await back()
        await eventually(partial(_is_at, row, left), within=120)

    async def late(route: Route) -> None:
        """What comes after the row comes when the page has done all it can to show the row where it was."""
        if await row.count():
            await _settled(row)
        await route.continue_()

    # It is the last row of its page of the list, and cannot stand there before the next page is there.
    await page.route("**/api/tasks?*", late)
    await page.reload()
    await eventually(partial(_is_at, row, left), within=120)


async def _read_all(tab: Tab) -> None:
    for loaded in range(200, MANY + 1, 100):
        await eventually(partial(_scrolled_to, tab, loaded), within=120)
    await expect(_rows(tab)).to_have_count(MANY)


async def _is_at(row: Locator, top: float) -> bool:
    await expect(row).to_be_attached()
    assert await _settled(row) == pytest.approx(top, abs=2)
    return True


async def _settled(row: Locator) -> float:
    """Where its upper edge is, in pixels below that of the window, once it stays there."""
    top: float = await row.evaluate(
        """row => new Promise(resolve => {
            let still = 0, last;
            const look = () => {
                const { top } = row.getBoundingClientRect();
                still = top === last ? still + 1 : 0;
                last = top;
                still < 20 ? requestAnimationFrame(look) : resolve(top);
            };
            look();
        })"""
    )
    return top


async def _scrolled_to(tab: Tab, count: int) -> bool:
    """Scroll on; whether so many rows are there. Rows change their height when first drawn."""
    await tab.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    return await _rows(tab).count() >= count


@pytest.mark.parametrize("left", ["nowhere", "in the first row"])
async def test_the_arrows_begin_at_the_rows_in_sight(thousand: Tab, left: str) -> None:
    page = thousand.page
    row = _rows(thousand).nth(60)
    if left == "in the first row":
        await _rows(thousand).nth(0).locator("[data-row-focus]").focus()
    await row.evaluate("row => row.scrollIntoView()")
    await _settled(row)
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("[data-row-focus]:focus")).to_be_in_viewport()
    await expect(row).to_be_in_viewport()


async def test_rows_out_of_sight_are_not_drawn(thousand: Tab) -> None:
    async def most_are_skipped() -> bool:
        """Once they were laid out: all of them are in the page before that."""
        skipped: int = await thousand.page.evaluate(
            "[...document.querySelectorAll('[data-task] h2')].filter("
            "title => !title.checkVisibility({contentVisibilityAuto: true})).length"
        )
        return skipped > 50

    await eventually(most_are_skipped)
