"""What one window does shows in the others of the same person, without a reload."""

from collections.abc import Awaitable, Callable

from devstack.testing import eventually
from page import words
from page.browser import NewTab
from page.tab import Tab
from playwright.async_api import BrowserContext, Request, expect


async def test_two_devices_show_what_the_other_does_as_it_happens(
    tab: Tab, new_tab: NewTab, new_context: Callable[..., Awaitable[BrowserContext]]
) -> None:
    email = await tab.register()
    device = await new_context()
    other = await new_tab(device)
    await other.open("/login")
    await other.login(email)
    await expect(other.quick_add).to_be_visible()
    journal = await new_tab(device)
    await journal.open("/journal")

    await tab.create("Ring the bell")
    await expect(other.row("Ring the bell")).to_be_visible()
    await expect(journal.activity(words.CREATED, "Ring the bell")).to_be_visible()

    await other.show_completed()
    await tab.complete_button("Ring the bell").click()
    await expect(other.complete_button("Ring the bell")).to_have_attribute("aria-pressed", "true")
    await expect(journal.activity(words.COMPLETED, "Ring the bell")).to_contain_text("Not Started")

    await device.set_offline(True)
    await tab.create("While nobody heard")
    await device.set_offline(False)
    await expect(other.row("While nobody heard")).to_be_visible()
    await expect(journal.activity(words.CREATED, "While nobody heard")).to_be_visible()


async def test_the_tabs_of_a_browser_read_one_stream_and_the_next_goes_on_when_its_tab_closes(
    tab: Tab, new_tab: NewTab
) -> None:
    streams: list[Request] = []

    def note(request: Request) -> None:
        if request.url.endswith("/api/activity/stream"):
            streams.append(request)

    tab.page.context.on("request", note)
    await tab.register()
    await tab.create("First")
    second = await new_tab()
    await second.open("/hunt")
    await expect(second.row("First")).to_be_visible()
    third = await new_tab()
    await third.open("/journal")
    await expect(third.activity(words.CREATED, "First")).to_be_visible()
    await tab.create("Second")
    await expect(second.row("Second")).to_be_visible()
    await expect(third.activity(words.CREATED, "Second")).to_be_visible()
    assert len(streams) == 1

    await tab.page.close()
    await eventually(lambda: len(streams) == 2)
    await second.create("Third")
    await expect(third.activity(words.CREATED, "Third")).to_be_visible()
