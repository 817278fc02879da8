"""A thousand contracts."""

import asyncio
from functools import partial

import httpx2
import pytest
from devstack.testing import eventually
from playwright.async_api import expect

from page.hunting import Tab

MANY = 1000


@pytest.fixture
async def thousand(tab: Tab, gateway_url: str) -> Tab:
    """A tab at the hunt of somebody who has a thousand contracts."""
    await tab.register()
    await expect(tab.page.get_by_text("The night is quiet")).to_be_visible()
    headers = {"authorization": tab.authorization}
    free = asyncio.Semaphore(16)
    async with httpx2.AsyncClient(
        base_url=gateway_url, headers=headers, timeout=45, trust_env=False
    ) as http:

        async def swear(number: int) -> None:
            async with free:
                body = {"title": f"Contract {number}", "status": "Not Started"}
                assert (await http.post("/api/tasks", json=body)).status_code == 201

        await asyncio.gather(*(swear(number) for number in range(MANY)))
    await tab.page.reload()
    await expect(tab.rows).to_have_count(100)
    return tab


async def test_reading_on_reaches_each_one_once(thousand: Tab) -> None:
    page = thousand.page
    for loaded in range(200, MANY + 1, 100):
        await eventually(partial(_scrolled_to, thousand, loaded), within=60)
    await expect(thousand.rows).to_have_count(MANY)
    titles = await page.get_by_role("heading", level=2).all_text_contents()
    assert len(set(titles)) == MANY


async def _scrolled_to(tab: Tab, count: int) -> bool:
    """Scroll on; whether so many rows are there. Rows change their height when first drawn."""
    await tab.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    return await tab.rows.count() >= count


async def test_rows_out_of_sight_are_not_drawn(thousand: Tab) -> None:
    skipped = await thousand.page.evaluate(
        "[...document.querySelectorAll('[data-task] h2')].filter("
        "title => !title.checkVisibility({contentVisibilityAuto: true})).length"
    )
    assert skipped > 50
