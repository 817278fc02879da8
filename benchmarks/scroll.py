"""How smoothly a thousand contracts scroll: the browser's frames while a wheel turns.

    python benchmarks/scroll.py [--page http://localhost:3000] [--gateway http://localhost:4000]

Registers somebody, creates a thousand tasks, scrolls all of them into the page, and then turns the
wheel at 3,000 pixels a second for five seconds. `shown` are the times between two frames on the
screen, which the browser's compositor draws even when scripts are busy; `main` those between two
turns of the page's own thread. A screen of 60 Hz asks for 16.7 ms. Without a graphics processor, as
here (`--disable-gpu`), the same processors that run the page draw it.
"""

import argparse
import asyncio
import secrets
import shutil
import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import httpx2
from playwright.async_api import Browser, Page, async_playwright

MANY = 1000
SPEED = 3000  # pixels a second
DISTANCE = 15_000  # pixels
WINDOWS = [(1280, 800), (390, 844)]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ROWS = "[data-task]"
NOTE_FRAMES = """() => {
    window.frames = [];
    let last = performance.now();
    const note = now => { frames.push(now - last); last = now; requestAnimationFrame(note); };
    requestAnimationFrame(note);
}"""


async def create_tasks(gateway: str, email: str, password: str) -> None:
    """A new account with a thousand tasks, a third of them with a description."""
    free = asyncio.Semaphore(16)
    async with httpx2.AsyncClient(base_url=gateway, timeout=45, trust_env=False) as http:
        account = {"username": "Scroller", "email": email, "password": password}
        answer = await http.post("/api/users/auth/register", json=account)
        bearer = {"authorization": f"Bearer {answer.raise_for_status().json()['accessToken']}"}

        async def create(number: int) -> None:
            description = "Past the great bridge, then along the river. " * (number % 5 + 1)
            task = {"title": f"Contract {number}", "status": "Not Started"}
            task |= {} if number % 3 else {"description": description}
            async with free:
                answer = await http.post("/api/tasks", json=task, headers=bearer)
            answer.raise_for_status()

        await asyncio.gather(*(create(number) for number in range(MANY)))


async def open_all(page: Page, address: str, email: str, password: str) -> None:
    """Log in, and read on until every row is in the page; at its top again."""
    await page.goto(f"{address}/login")
    await page.locator("[name=email]").fill(email)
    await page.locator("[name=password]").fill(password)
    await page.locator("[type=submit]").click()
    await page.locator(ROWS).first.wait_for()
    while await page.locator(ROWS).count() < MANY:
        await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        await asyncio.sleep(0.1)
    await page.evaluate("scrollTo(0, 0)")
    await asyncio.sleep(2)  # until it has come to rest


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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--page", default="http://localhost:3000")
    parser.add_argument("--gateway", default="http://localhost:4000")
    options = parser.parse_args()
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)))
    email, password = f"scroller-{secrets.token_hex(8)}@example.com", secrets.token_urlsafe(16)
    await create_tasks(options.gateway, email, password)
    print(f"{MANY} contracts, {SPEED} pixels a second; milliseconds between two frames")
    print(f"{'':<14}{'frames':>8}{'median':>12}{'p95':>12}{'longest':>12}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        for width, height in WINDOWS:
            page = await browser.new_page(viewport={"width": width, "height": height})
            await open_all(page, options.page.rstrip("/"), email, password)
            shown, main_thread = await scroll(browser, page)
            print(
                line(f"{width} px, shown", shown), line(f"{width} px, main", main_thread), sep="\n"
            )
            await page.close()
        await browser.close()


asyncio.run(main())
