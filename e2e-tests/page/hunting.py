"""The page as somebody uses it: what is on it, by the names a screen reader would say."""

import re

from client import PASSWORD, new_email
from playwright.async_api import Locator, Page, Request, expect

DEADLINE_MS = 30_000
"""For a stuck suite, not a measure of speed: the machine may be busy with other tests."""

expect.set_options(timeout=DEADLINE_MS)


class Tab:
    """One tab of one browser, and somebody at it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.authorization = ""
        """The header of its latest call to the gateway as somebody signed in."""
        page.on("request", self._note)
        page.set_default_timeout(DEADLINE_MS)

    def _note(self, request: Request) -> None:
        self.authorization = request.headers.get("authorization", self.authorization)

    async def open(self, path: str) -> None:
        await self.page.goto(self.address + path)

    async def register(self) -> str:
        """Register somebody new by the form; their e-mail address."""
        email = new_email()
        await self.open("/register")
        await self.page.get_by_label("Name").fill("Eileen")
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Sign in blood").click()
        await self.expect_at("/hunt")
        await expect(self.quick_add).to_be_visible()
        return email

    async def login(self, email: str) -> None:
        """Fill in and send the login form, which is open."""
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Enter the dream").click()

    async def logout(self) -> None:
        await self.page.get_by_role("button", name="Sever connection").click()
        await self.expect_at("/login")

    async def expect_at(self, path: str) -> None:
        await expect(self.page).to_have_url(re.compile(re.escape(path) + r"($|\?next=)"))

    @property
    def quick_add(self) -> Locator:
        return self.page.get_by_label("Title of a new contract")

    async def swear(self, title: str) -> None:
        """Create a task from one line, and wait until the gateway has it."""
        await self.quick_add.fill(title)
        await self.quick_add.press("Enter")
        await self.expect_stored(title)

    async def expect_stored(self, title: str) -> None:
        await expect(self.row(title)).not_to_have_attribute("aria-busy", "true")

    @property
    def rows(self) -> Locator:
        return self.page.get_by_role("list", name="Contracts").get_by_role("listitem")

    def row(self, title: str) -> Locator:
        heading = self.page.get_by_role("heading", name=title, exact=True, level=2)
        return self.rows.filter(has=heading)

    def seal(self, title: str) -> Locator:
        """The button that completes the task, or reopens it."""
        return self.page.get_by_role("button", name=f"Completed: {title}", exact=True)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    async def edit(self, title: str) -> None:
        await self.row(title).get_by_role("button", name=title, exact=True).click()
        await expect(self.dialog).to_be_visible()

    async def discard(self, title: str) -> None:
        await self.row(title).hover()
        await self.row(title).get_by_role("button", name=f"Discard {title}").click()
        await expect(self.row(title)).to_have_count(0)

    async def to(self, place: str) -> None:
        """Follow the link to "The Hunt" or "The Journal"."""
        await (
            self.page.get_by_role("navigation", name="Places")
            .get_by_role("link", name=place)
            .click()
        )

    def entry(self, words: str) -> Locator:
        """The journal's entries that begin with these words, as "Sworn Oil for the lamps"."""
        return (
            self.page.get_by_role("main")
            .get_by_role("listitem")
            .filter(has_text=re.compile(f"^{re.escape(words)}"))
        )
