"""How smoothly a thousand tasks scroll: the browser's frames while a wheel turns.

    python benchmarks/scroll.py [--page http://localhost:3000] [--gateway http://localhost:4000]

Registers somebody, creates a thousand tasks, scrolls all of them into the page, and then turns the
wheel at 3,000 pixels a second for five seconds. `shown` are the times between two frames on the
screen, which the browser's compositor draws even when scripts are busy; `main` those between two
turns of the page's own thread. A screen of 60 Hz asks for 16.7 ms. Without a graphics processor, as
here (`--disable-gpu`), the same processors that run the page draw it.
"""

import asyncio
import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from many_tasks import browser, new_owner, open_all
from playwright.async_api import Browser, Page

MANY = 1000
SPEED = 3000  # pixels a second
DISTANCE = 15_000  # pixels
WINDOWS = [(1280, 800), (390, 844)]
NOTE_FRAMES = """() => {
    window.frames = [];
    let last = performance.now();
    const note = now => { frames.push(now - last); last = now; requestAnimationFrame(note); };
    requestAnimationFrame(note);
}"""


async def scroll(browser: Browser, page: Page) -> tuple[list[float], list[float]]:
    """Turn the wheel: milliseconds between frames shown, and between turns of the main thread."""
    events: list[dict[str, Any]] = []
    ended = asyncio.Event()
    tracing = await browser.new_browser_cdp_session()
    tracing.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    tracing.on("Tracing.tracingComplete", lambda _: ended.set())
    categories = {"includedCategories": ["viz"]}
    await tracing.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": categories})
    await page.evaluate(NOTE_FRAMES)
    wheel = await page.context.new_cdp_session(page)
    gesture = {"x": 200, "y": 400, "yDistance": -DISTANCE, "speed": SPEED}
    await wheel.send("Input.synthesizeScrollGesture", gesture | {"gestureSourceType": "mouse"})
    turns: list[float] = await page.evaluate("frames")
    await tracing.send("Tracing.end")
    await ended.wait()
    drawn = sorted(
        event["ts"] / 1000 for event in events if event["name"] == "Display::DrawAndSwap"
    )
    return [after - before for before, after in pairwise(drawn)], turns[1:]


def line(name: str, times: Sequence[float]) -> str:
    """One row of the table."""
    p95 = statistics.quantiles(times, n=100)[94]
    return (
        f"{name:<14}{len(times):>8}{statistics.median(times):>12.1f}{p95:>12.1f}{max(times):>12.1f}"
    )


async def main() -> None:
    """Measure both windows and print the table."""
    owner = await new_owner(__doc__.splitlines()[0], MANY)
    print(f"{MANY} tasks, {SPEED} pixels a second; milliseconds between two frames")
    print(f"{'':<14}{'frames':>8}{'median':>12}{'p95':>12}{'longest':>12}")
    async with browser() as chromium:
        for width, height in WINDOWS:
            page = await chromium.new_page(viewport={"width": width, "height": height})
            await open_all(page, owner)
            shown, main_thread = await scroll(chromium, page)
            print(
                line(f"{width} px, shown", shown), line(f"{width} px, main", main_thread), sep="\n"
            )
            await page.close()


asyncio.run(main())
