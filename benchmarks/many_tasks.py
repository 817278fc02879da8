"""Somebody with many tasks, all of them on the page: where the benchmarks of the page begin."""

import argparse
import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
from playwright.async_api import Browser, Page, async_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ROWS = "[data-task]"


@dataclass(frozen=True)
class Owner:
    """An account, and how many tasks it has."""

    page: str
    gateway: str
    count: int
    email: str
    password: str


async def new_owner(description: str, count: int) -> Owner:
    """Somebody new with so many tasks, at the suite that the command line names."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--page", default="http://localhost:3000")
    parser.add_argument("--gateway", default="http://localhost:4000")
    options = parser.parse_args()
    email, password = f"owner-{secrets.token_hex(8)}@example.com", secrets.token_urlsafe(16)
    owner = Owner(options.page.rstrip("/"), options.gateway, count, email, password)
    await _create_tasks(owner)
    return owner


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """The first Chromium on PATH, without a graphics processor."""
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        await chromium.close()


async def _create_tasks(owner: Owner) -> None:
    """A third of them with a description."""
    free = asyncio.Semaphore(16)
    async with httpx2.AsyncClient(base_url=owner.gateway, timeout=45, trust_env=False) as http:
        account = {"username": "Owner", "email": owner.email, "password": owner.password}
        answer = await http.post("/api/users/auth/register", json=account)
        bearer = {"authorization": f"Bearer {answer.raise_for_status().json()['accessToken']}"}

        async def create(number: int) -> None:
            description = "Past the great bridge, then along the river. " * (number % 5 + 1)
            task = {"title": f"Task {number}", "status": "Not Started"}
            task |= {} if number % 3 else {"description": description}
            async with free:
                answer = await http.post("/api/tasks", json=task, headers=bearer)
            answer.raise_for_status()

        await asyncio.gather(*(create(number) for number in range(owner.count)))


async def open_all(page: Page, owner: Owner) -> None:
    """Log in, and read on until every row is in the page; at its top again, at rest."""
    await page.goto(f"{owner.page}/login")
    await page.locator("[name=email]").fill(owner.email)
    await page.locator("[name=password]").fill(owner.password)
    await page.locator("[type=submit]").click()
    await page.locator(ROWS).first.wait_for()
    while await page.locator(ROWS).count() < owner.count:
        await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        await asyncio.sleep(0.1)
    await page.evaluate("scrollTo(0, 0)")
    await asyncio.sleep(2)  # until the page has come to rest
