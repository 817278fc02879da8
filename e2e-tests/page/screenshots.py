"""Writes docs/screenshots anew: `python screenshots.py PAGE_URL`, with the suite behind it running.

Each page at desktop and at phone width, as JPEG (a PNG of the night sky passes the bound), of somebody new who has some tasks.
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
# Typed from the last to the first, so that the first stands on top.
LINES = {
    "Find the bell maiden above the stairs": " today #Old Yharnam @hunt !high",
    "Return the letter to the clinic": " tomorrow 9am #Home @errand !medium",
    "Oil for the lamps": " tomorrow #Home @errand",
    "A word with Eileen": " friday 8pm @hunt",
    "Mend the coat": " #Home !low",
    "Write down the way past the great bridge": " #Old Yharnam",
    "Antidotes, five of them": " #Home @errand",
    "Ask Gilbert about the sewers": " in 3 days",
    "Sharpen the saw": " @hunt",
    "Wake before the bells": "",
}
TITLES = list(LINES)
DESCRIPTION = """Third street **past the great bridge**. She rings until she is found.

- Look up: she stands *above* the stairs.
- The way is in [the old map](https://map.example/yharnam).
"""
STEPS = ("Light the lamp at the bridge", "Count the bells", "Climb")


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
    for title, facts in reversed(LINES.items()):
        await tab.quick_add.fill(title + facts.replace("#Old Yharnam", '#"Old Yharnam"'))
        await tab.quick_add.press("Enter")
        await tab.expect_stored(title)
    await _work(tab)
    await take("hunt")
    await tab.edit(TITLES[0])
    await take("contract")
    await tab.page.keyboard.press("Escape")
    await tab.read(TITLES[0])
    await expect(tab.dialog.get_by_role("checkbox", name=STEPS[0])).to_be_checked()
    await take("reading")
    await tab.page.keyboard.press("Escape")
    await tab.delete(TITLES[3])
    await take("undo")
    await tab.page.get_by_role("button", name=words.UNDO).click()
    await tab.to(words.ACTIVITY)
    await expect(tab.activity(words.COMPLETED)).to_be_visible()
    await take("journal")
    await tab.to(words.TASKS)
    await _say_it_plainly(tab)
    await take("plain")
    await context.close()


async def _work(tab: Tab) -> None:
    await tab.show_completed()
    await tab.complete_button(TITLES[9]).click()
    await tab.row(TITLES[1]).get_by_role("button", name="Not Started").click()
    await tab.edit(TITLES[0])
    for step in STEPS:
        await tab.dialog.get_by_label(words.NEW_ITEM).fill(step)
        await tab.dialog.get_by_label(words.NEW_ITEM).press("Enter")
    await tab.dialog.get_by_label(words.DESCRIPTION).fill(DESCRIPTION)
    await tab.dialog.get_by_label(words.DESCRIPTION).press("Control+Enter")
    await tab.read(TITLES[0])
    await tab.dialog.get_by_role("checkbox", name=STEPS[0]).check()
    await expect(tab.dialog.get_by_text(f"☑ {STEPS[0]}")).to_be_visible()
    await tab.page.keyboard.press("Escape")
    await tab.edit(TITLES[3])
    await tab.dialog.get_by_text(words.OTHER_STATUS).click()
    await tab.dialog.get_by_label(words.OTHER_STATUS_LABEL).fill("Waiting")
    await tab.dialog.get_by_role("button", name=words.SAVE).click()
    await expect(tab.row(TITLES[3])).to_contain_text("Waiting")
    for notice in await tab.page.get_by_role("button", name=words.DISMISS).all():
        await notice.click()


async def _say_it_plainly(tab: Tab) -> None:
    """The light theme, and plain words."""
    settings = tab.page.get_by_role("button", name=words.SETTINGS, exact=True)
    await settings.click()
    await tab.page.get_by_role("radio", name=words.say("settings.themes.light")).check()
    await tab.page.get_by_role("radio", name=words.say("settings.locales.en")).click()
    heading = tab.page.get_by_role("heading", level=1)
    await expect(heading).to_have_text(words.say("pages.tasks.heading", locale=words.PLAIN))
    await tab.page.keyboard.press("Escape")
    await settings.blur()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].rstrip("/")))
