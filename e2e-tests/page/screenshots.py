"""Writes docs/screenshots anew: `python screenshots.py PAGE_URL`, with the suite behind it running.

Each page at desktop and at phone width, as JPEG (a PNG of the night sky passes the bound), of somebody new who has a few tasks.
"""

import asyncio
import shutil
import sys

from devstack.suite import ROOT
from page import words
from page.browser import FLAGS, PROGRAMS
from page.tab import Tab
from playwright.async_api import Browser, ViewportSize, async_playwright, expect

FOLDER = ROOT / "docs/screenshots"
MOST_BYTES = 300_000
WIDTHS = {
    "desktop": ViewportSize(width=1280, height=800),
    # Both multiples of 16, as are the blocks of a JPEG: a part of one shows as a strip at the edge.
    "phone": ViewportSize(width=384, height=832),
}
TITLES = [
    "Find the bell maiden above the stairs",
    "Return the letter to the clinic before the moon is low",
    "Oil for the lamps",
    "A word with Eileen",
]


async def main(address: str) -> None:
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        for name, viewport in WIDTHS.items():
            await _take_all(browser, address, name, viewport)
        await browser.close()


async def _take_all(browser: Browser, address: str, width: str, viewport: ViewportSize) -> None:
    context = await browser.new_context(
        viewport=viewport,
        reduced_motion="reduce",
        color_scheme="dark",
        has_touch=width == "phone",
        is_mobile=width == "phone",
    )
    tab = Tab(await context.new_page(), address)

    async def take(name: str) -> None:
        await tab.page.mouse.move(0, 0)
        await tab.page.evaluate("document.fonts.ready.then(() => scrollTo(0, 0))")
        path = FOLDER / f"{name}-{width}.jpg"
        await tab.page.screenshot(path=path, type="jpeg", quality=88)
        if path.stat().st_size > MOST_BYTES:
            raise SystemExit(f"{path} has more than {MOST_BYTES} bytes")

    for name, path in {
        "landing": "/",
        "register": "/register",
        "login": "/login",
        "not-found": "/nowhere",
    }.items():
        await tab.open(path)
        await tab.page.wait_for_load_state("networkidle")
        await take(name)
    await tab.register()
    for title in TITLES:
        await tab.create(title)
    await _work(tab)
    await take("hunt")
    await tab.edit(TITLES[0])
    await take("contract")
    await tab.page.keyboard.press("Escape")
    await tab.delete(TITLES[3])
    await take("undo")
    await tab.page.get_by_role("button", name=words.UNDO).click()
    await tab.to(words.ACTIVITY)
    await expect(tab.activity(words.COMPLETED)).to_be_visible()
    await take("journal")
    await context.close()


async def _work(tab: Tab) -> None:
    await tab.show_completed()
    await tab.complete_button(TITLES[2]).click()
    await tab.row(TITLES[1]).get_by_role("button", name="Not Started").click()
    await tab.edit(TITLES[0])
    await tab.dialog.get_by_label(words.DESCRIPTION).fill("Third street past the great bridge.")
    await tab.dialog.get_by_role("button", name=words.SAVE).click()
    await tab.edit(TITLES[3])
    await tab.dialog.get_by_text(words.OTHER_STATUS).click()
    await tab.dialog.get_by_label(words.OTHER_STATUS_LABEL).fill("Waiting")
    await tab.dialog.get_by_role("button", name=words.SAVE).click()
    await expect(tab.row(TITLES[3])).to_contain_text("Waiting")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].rstrip("/")))
