"""How soon another window shows a task that was created in this one.

    python benchmarks/windows.py [--page http://localhost:3000] [--gateway http://localhost:4000]

Two browsers of one person, as two devices, each with a hundred tasks on the page. Times are from
Enter in the one to the first frame after the row is in the document of the other; both clocks are
this machine's. `goal` is what the page is held to.
"""

import asyncio
import statistics

from many_tasks import browser, new_owner, open_all
from playwright.async_api import Page

MANY = 100
TIMES = 100
LINE = "form input[enterkeyhint=done]"
HEADING = f"{'':<30}{'median':>10}{'p99':>10}{'longest':>10}   (ms)"
NOW = "performance.timeOrigin + performance.now()"

# Resolves with the time at which a row of this title is drawn.
WATCH = f"""title => {{
    window.drawn = new Promise(resolve => {{
        const look = () => {{
            const titles = [...document.querySelectorAll("[data-task] h2")].slice(0, 5);
            if (!titles.some(each => each.textContent === title)) return requestAnimationFrame(look);
            resolve({NOW});
        }};
        requestAnimationFrame(look);
    }});
}}"""
PRESSED = f"""() => addEventListener("keydown", () => window.pressed = {NOW}, {{ once: true, capture: true }})"""


async def create(here: Page, there: Page, number: int) -> float:
    """Milliseconds from Enter here to the row there."""
    title = f"Created {number}"
    await here.locator(LINE).fill(title)
    await there.evaluate(WATCH, title)
    await here.evaluate(PRESSED)
    await here.locator(LINE).press("Enter")
    drawn: float = await there.evaluate("window.drawn")
    pressed: float = await here.evaluate("window.pressed")
    await asyncio.sleep(0.2)
    return drawn - pressed


async def main() -> None:
    """Measure, and print the table."""
    owner = await new_owner(__doc__.splitlines()[0], MANY)
    async with browser() as chromium:
        here, there = [
            await chromium.new_page(viewport={"width": 1280, "height": 800}) for _ in range(2)
        ]
        for page in (here, there):
            await open_all(page, owner)
        for number in range(5):
            await create(here, there, -number - 1)
        times = [await create(here, there, number) for number in range(TIMES)]
    p99 = statistics.quantiles(times, n=100, method="inclusive")[98]
    print(f"{TIMES} times, two browsers\n{HEADING}")
    row = (statistics.median(times), p99, max(times))
    print(f"{'create, seen in the other':<30}" + "".join(f"{time:>10.1f}" for time in row))
    print(f"{'goal':<30}{100:>10}{400:>10}")


asyncio.run(main())
