"""How soon the page shows what somebody does, with two thousand tasks on it.

    python benchmarks/interactions.py [--page http://localhost:3000] [--gateway http://localhost:4000]

Times are those of the browser: from the event (a key or a click) to the first frame after its
effect is in the document. `goal` is what the page is held to. Then two hundred tasks are completed
and reopened, and the page's memory and nodes are compared before and after, each after a garbage
collection.
"""

import asyncio
import statistics

from many_tasks import browser, new_owner, open_all
from playwright.async_api import CDPSession, Page

MANY = 2000
TIMES = 15
OPERATIONS = 200
LINE = "form input[enterkeyhint=done]"
FIRST = "[data-task] button[aria-pressed]"
HEADING = f"{'':<22}{'median':>10}{'p95':>10}{'longest':>10}{'goal':>8}   (ms)"

# Resolves with the milliseconds from the event to the first frame in which `done` holds.
WATCH = """([event, done]) => {
    const holds = new Function("return " + done);
    window.painted = new Promise(resolve => {
        addEventListener(event, ({ timeStamp }) => {
            const look = () => {
                if (!holds()) return requestAnimationFrame(look);
                // This frame is drawn before the next task of the page.
                const channel = new MessageChannel();
                channel.port1.onmessage = () => resolve(performance.now() - timeStamp);
                channel.port2.postMessage(0);
            };
            requestAnimationFrame(look);
        }, { once: true, capture: true });
    });
}"""


async def create(page: Page, number: int) -> float:
    """From Enter to the new row."""
    await page.locator(LINE).fill(f"Created {number}")
    shown = f"""document.querySelector("[data-task] h2").textContent.includes("Created {number}")"""
    await page.evaluate(WATCH, ["keydown", shown])
    await page.locator(LINE).press("Enter")
    return await _painted(page)


async def complete(page: Page, number: int) -> float:
    """From the click to the row as completed."""
    row = page.locator(FIRST).nth(number + 1)
    title = await row.get_attribute("aria-label")
    state = f"""document.querySelectorAll("{FIRST}")[{number + 1}]?.getAttribute("aria-pressed")"""
    assert title
    await page.evaluate(WATCH, ["click", f'{state} === "true"'])
    await row.click()
    return await _painted(page)


async def search(page: Page, number: int) -> float:
    """From a key in the search field to its character there, painted."""
    field = page.get_by_role("searchbox")
    await field.fill("")
    await field.focus()
    typed = "abcdefghijklmnopqrstuvwxyz"[number]
    holds = f"""document.activeElement.value === "{typed}\""""
    await page.evaluate(WATCH, ["keydown", holds])
    await page.keyboard.press(typed)
    return await _painted(page)


async def _painted(page: Page) -> float:
    milliseconds: float = await page.evaluate("window.painted")
    await asyncio.sleep(0.3)  # the answer of the gateway is not to fall into the next one
    return milliseconds


async def weight(page: Page, session: CDPSession) -> tuple[float, int]:
    """Megabytes that the scripts of the page hold, and nodes in its document."""
    await session.send("HeapProfiler.collectGarbage")
    used = (await session.send("Runtime.getHeapUsage"))["usedSize"] / 1e6
    return used, await page.evaluate("document.querySelectorAll('*').length")


async def growth(page: Page) -> str:
    """What two hundred completed and reopened tasks leave behind."""
    session = await page.context.new_cdp_session(page)
    button = page.locator(FIRST).nth(3)
    for _ in range(10):
        await button.click()
    before = await weight(page, session)
    for _ in range(OPERATIONS):
        await button.click()
    await asyncio.sleep(12)  # the seconds of the last undo
    after = await weight(page, session)
    return (
        f"{OPERATIONS} operations: {before[0]:.1f} MB, {before[1]} nodes before; "
        f"{after[0]:.1f} MB, {after[1]} nodes after"
    )


async def main() -> None:
    """Measure, and print the table."""
    owner = await new_owner(__doc__.splitlines()[0], MANY)
    async with browser() as chromium:
        page = await chromium.new_page(viewport={"width": 1280, "height": 800})
        await open_all(page, owner)
        await page.evaluate("history.replaceState(null, '', '?completed=shown')")
        await asyncio.sleep(3)
        print(f"{MANY} tasks on the page, {TIMES} times each\n{HEADING}")
        for measured, goal in ((create, 80), (complete, 40), (search, 100)):
            times = [await measured(page, number) for number in range(TIMES)]
            p95 = statistics.quantiles(times, n=20, method="inclusive")[18]
            median = statistics.median(times)
            print(f"{measured.__name__:<22}{median:>10.1f}{p95:>10.1f}{max(times):>10.1f}{goal:>8}")
        await page.get_by_role("searchbox").fill("")
        await asyncio.sleep(2)
        print(await growth(page))


asyncio.run(main())
