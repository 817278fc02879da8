"""Writes docs/two-windows.webp anew: `python -m page.animation PAGE_URL`, with the suite behind it running.

Two windows of one person for twenty seconds: what one does shows in the other, and is taken back there.
"""

import asyncio
import io
import itertools
import shutil
import sys
import time
from contextlib import suppress
from typing import Final, NamedTuple

from devstack.suite import ROOT
from page import words
from page.browser import FLAGS, PROGRAMS
from page.tab import Tab
from PIL import Image
from playwright.async_api import Browser, ViewportSize, async_playwright, expect

FILE: Final = ROOT / "docs/two-windows.webp"
MOST_BYTES: Final = 1_500_000
SECONDS: Final = 20
SIZE: Final = ViewportSize(width=760, height=600)
GAP: Final = 12
GROUND: Final = "#2a2622"
LINES: Final = {
    "Wake before the bells": "",
    "Mend the coat": " tomorrow #Home",
    "A word with Eileen": " friday 8pm",
}
FRAME_SECONDS: Final = 0.1
PAUSE: Final = 1.2  # seconds to look at what has just happened


class Frame(NamedTuple):
    """Both windows side by side, and when they were so, in seconds."""

    at: float
    picture: Image.Image


async def main(address: str) -> None:
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        left, right = await _open(browser, address)
        frames: list[Frame] = []
        camera = asyncio.create_task(_film(left, right, frames))
        try:
            await _act(left, right, time.monotonic() + SECONDS)
        finally:
            camera.cancel()
            with suppress(asyncio.CancelledError):
                await camera
        await browser.close()
    _write(frames)


async def _open(browser: Browser, address: str) -> tuple[Tab, Tab]:
    """The list and the journal of one person on two devices."""
    tabs = []
    for _ in range(2):
        context = await browser.new_context(
            viewport=SIZE, color_scheme="dark", reduced_motion="reduce"
        )
        tabs.append(Tab(await context.new_page(), address))
    left, right = tabs
    email = await left.register()
    for title, facts in LINES.items():
        await left.quick_add.press_sequentially(title + facts)
        await left.quick_add.press("Enter")
        await left.expect_stored(title)
    await right.open("/login")
    await right.login(email)
    await expect(right.rows).to_have_count(3)
    return left, right


async def _film(left: Tab, right: Tab, frames: list[Frame]) -> None:
    while True:
        began = time.monotonic()
        shots = await asyncio.gather(
            *(tab.page.screenshot(caret="initial") for tab in (left, right))
        )
        picture = Image.new("RGB", (SIZE["width"] * 2 + GAP, SIZE["height"]), GROUND)
        for place, shot in enumerate(shots):
            picture.paste(Image.open(io.BytesIO(shot)), (place * (SIZE["width"] + GAP), 0))
        frames.append(Frame(began, picture))
        await asyncio.sleep(max(0, began + FRAME_SECONDS - time.monotonic()))


async def _act(left: Tab, right: Tab, end: float) -> None:
    await asyncio.sleep(1)
    await left.quick_add.press_sequentially("Oil for the lamps tomorrow 9am #Home !high", delay=55)
    await left.quick_add.press("Enter")
    await expect(right.row("Oil for the lamps")).to_be_visible()
    await asyncio.sleep(PAUSE)
    await right.complete_button("Wake before the bells").click()
    await expect(left.row("Wake before the bells")).to_have_count(0)
    await asyncio.sleep(PAUSE)
    await right.to(words.ACTIVITY)
    await asyncio.sleep(PAUSE)
    await left.row("Mend the coat").get_by_role("button", name="Not Started").click()
    await expect(right.activity(words.UPDATED, "Mend the coat")).to_be_visible()
    await asyncio.sleep(PAUSE)
    await left.complete_button("Oil for the lamps").click()
    completion = right.activity(words.COMPLETED, "Oil for the lamps")
    await expect(completion).to_be_visible()
    await asyncio.sleep(PAUSE)
    entry = words.undo(words.entry(words.COMPLETED, "Oil for the lamps"))
    await completion.get_by_role("button", name=entry).click()
    await expect(left.row("Oil for the lamps")).to_be_visible()
    await asyncio.sleep(max(PAUSE, end - time.monotonic()))


def _write(frames: list[Frame]) -> None:
    """Pictures that are alike are one, which is shown for longer."""
    different = [frames[0]]
    for frame in frames[1:]:
        if frame.picture.tobytes() != different[-1].picture.tobytes():
            different.append(frame)
    times = [frame.at for frame in different] + [frames[-1].at]
    durations = [round((after - at) * 1000) for at, after in itertools.pairwise(times)]
    first, *others = (frame.picture for frame in different)
    first.save(
        FILE,
        save_all=True,
        append_images=others,
        duration=[max(1, duration) for duration in durations],
        loop=0,
        quality=70,
        method=4,
        minimize_size=True,
        allow_mixed=True,
    )
    size = FILE.stat().st_size
    print(  # noqa: T201 — a command says what it wrote
        f"{FILE.relative_to(ROOT)}: {len(different)} pictures, {sum(durations) / 1000:.1f} s, {size:,} bytes"
    )
    if size > MOST_BYTES:
        raise SystemExit(f"{FILE} has more than {MOST_BYTES:,} bytes")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].rstrip("/")))
