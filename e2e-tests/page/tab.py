"""The page as somebody uses it: what is on it, by the names a screen reader would say."""

import re

from client import PASSWORD, new_email
from page import words
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
        await self.page.get_by_label(words.USERNAME).fill("Alice")
        await self.page.get_by_label(words.EMAIL).fill(email)
        await self.page.get_by_label(words.PASSWORD, exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name=words.REGISTER).click()
        await self.expect_at("/hunt")
        await expect(self.quick_add).to_be_visible()
        return email

    async def login(self, email: str) -> None:
        """Fill in and send the login form, which is open."""
        await self.page.get_by_label(words.EMAIL).fill(email)
        await self.page.get_by_label(words.PASSWORD, exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name=words.LOGIN).click()

    async def logout(self) -> None:
        """Log out, and wait until the gateway has heard it."""
        await self.page.get_by_role("button", name=words.LOGOUT).click()
        await self.expect_at("/login")
        await expect(self.page.get_by_text(words.LOGGED_OUT)).to_be_visible()

    async def expect_at(self, path: str) -> None:
        await expect(self.page).to_have_url(re.compile(re.escape(path) + r"($|\?next=)"))

    @property
    def quick_add(self) -> Locator:
        return self.page.get_by_label(words.NEW_TITLE)

    async def create(self, title: str) -> None:
        """Create a task from one line, and wait until the gateway has it."""
        await self.quick_add.fill(title)
        await self.quick_add.press("Enter")
        await self.expect_stored(title)

    async def expect_stored(self, title: str) -> None:
        """Its row is the only one of that title, and no longer waits.

        A list that is read while a create waits for its answer holds both for that time.
        """
        settled = self.page.locator(":not([aria-busy=true])")
        await expect(self.row(title).and_(settled)).to_have_count(1)
        await expect(self.row(title)).to_have_count(1)

    @property
    def rows(self) -> Locator:
        return self.page.get_by_role("list", name=words.TASK_LIST).get_by_role("listitem")

    def row(self, title: str) -> Locator:
        heading = self.page.get_by_role("heading", name=title, exact=True, level=2)
        return self.rows.filter(has=heading)

    def complete_button(self, title: str) -> Locator:
        """The button that completes the task, or reopens it."""
        return self.page.get_by_role("button", name=words.complete(title), exact=True)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    async def edit(self, title: str) -> None:
        await self.row(title).get_by_role("button", name=title, exact=True).click()
        await expect(self.dialog).to_be_visible()

    async def delete(self, title: str) -> None:
        await self.row(title).hover()
        await self.row(title).get_by_role("button", name=words.delete(title)).click()
        await expect(self.row(title)).to_have_count(0)

    async def to(self, place: str) -> None:
        """Follow a link of the navigation: words.TASKS or words.ACTIVITY."""
        await (
            self.page.get_by_role("navigation", name=words.NAVIGATION)
            .get_by_role("link", name=place)
            .click()
        )

    @property
    def activities(self) -> Locator:
        return self.page.get_by_role("main").get_by_role("listitem")

    def activity(self, kind: str, title: str = "") -> Locator:
        """What is said to have happened, as `activity(words.CREATED, "Buy milk")`."""
        begins = re.compile(f"^{re.escape(f'{kind} {title}'.strip())}")
        return self.activities.filter(has_text=begins)
