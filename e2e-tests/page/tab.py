"""The page as somebody uses it: what is on it, by the names a screen reader would say."""

import re
from contextlib import AbstractAsyncContextManager
from typing import Any

from client import PASSWORD, new_email
from devstack.testing import eventually
from page import words
from playwright.async_api import Locator, Page, Request, Response, expect

DEADLINE_MS = 60_000
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
        await expect(self.page).to_have_url(re.compile(re.escape(path) + r"($|\?)"))

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

    def stores(self, method: str) -> AbstractAsyncContextManager[Any]:
        """What is done in the body makes the page send such a change; the gateway has it at the end.

        A reload, or another tab, must not come before that: the list shows a change at once.
        """

        def agrees(response: Response) -> bool:
            return (
                response.request.method == method and "/api/tasks" in response.url and response.ok
            )

        return self.page.expect_response(agrees)

    async def open_with(self, gateway_url: str, *tasks: dict[str, Any]) -> None:
        """Store these tasks without the page, the last one on top, and reload."""
        await eventually(lambda: self.authorization)  # it may not have asked for its list yet
        for task in tasks:
            answer = await self.page.context.request.post(
                f"{gateway_url}/api/tasks",
                headers={"authorization": self.authorization},
                data={"status": "Not Started"} | task,
            )
            assert answer.status == 201
        await self.page.reload()
        await expect(self.rows).to_have_count(len(tasks))

    @property
    def rows(self) -> Locator:
        """Not the items of the lists in them: what is known of a task is one, too."""
        return self.page.get_by_role("list", name=words.TASK_LIST).locator("> li")

    def row(self, title: str) -> Locator:
        heading = self.page.get_by_role("heading", name=title, exact=True, level=2)
        return self.rows.filter(has=heading)

    def complete_button(self, title: str) -> Locator:
        """The button that completes the task, or reopens it."""
        return self.page.get_by_role("button", name=words.complete(title), exact=True)

    async def show_completed(self) -> None:
        """Have the list show completed tasks, too, as its address says from then on."""
        switch = self.page.get_by_role("button", name=words.SHOW_COMPLETED)
        await switch.click()
        await expect(switch).to_have_attribute("aria-pressed", "true")

    async def view(self, name: str) -> None:
        """Open a view of the list, as words.TRASH or the name of a list."""
        link = self.page.get_by_role("navigation", name=words.VIEWS).get_by_role("link", name=name)
        await link.click()
        await expect(link).to_have_attribute("aria-current", "page")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def title(self, title: str) -> Locator:
        """The title in the row of the task, which opens the task to be read."""
        return self.row(title).get_by_role("button", name=title, exact=True)

    async def read(self, title: str) -> None:
        await self.title(title).click()
        await expect(self.dialog.get_by_role("heading", name=title, exact=True)).to_be_visible()

    async def edit(self, title: str) -> None:
        """Open the form of a task, by its key."""
        await self.title(title).focus()
        await self.title(title).press("e")
        await expect(self.dialog.get_by_label(words.TITLE)).to_be_visible()

    async def delete(self, title: str) -> None:
        """Delete a task. The pointer rests on the notice, so that the seconds of its undo wait."""
        await self.row(title).hover()
        await self.row(title).get_by_role("button", name=words.delete(title)).click()
        await self.page.get_by_role("button", name=words.UNDO).hover()
        await expect(self.row(title)).to_have_count(0)

    async def to(self, place: str) -> None:
        """Follow a link of the navigation, words.TASKS or words.ACTIVITY, and arrive."""
        navigation = self.page.get_by_role("navigation", name=words.NAVIGATION)
        link = navigation.get_by_role("link", name=place)
        await link.click()
        # The page that is left stays on the screen, and can be used, until the other one is drawn.
        await expect(link).to_have_attribute("aria-current", "page")

    @property
    def activities(self) -> Locator:
        return self.page.get_by_role("main").get_by_role("listitem")

    def activity(self, kind: str, title: str = "") -> Locator:
        """What is said to have happened, as `activity(words.CREATED, "Buy milk")`."""
        begins = re.compile(f"^{re.escape(f'{kind} {title}'.strip())}")
        return self.activities.filter(has_text=begins)
