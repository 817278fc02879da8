"""A task from one line of words, against the real suite."""

from page import words
from page.tab import Tab
from playwright.async_api import Page, expect


async def test_a_line_is_understood_shown_and_stored_in_the_zone_of_the_browser(user: Tab) -> None:
    page = user.page
    await page.keyboard.press("q")
    await expect(user.quick_add).to_be_focused()
    understood = page.get_by_role("list", name=words.UNDERSTOOD)

    await page.keyboard.type("The 5th Wave #Books")
    await expect(understood.get_by_role("listitem")).to_have_count(1)
    await page.keyboard.press("Backspace")  # behind the chip: it is text again
    await expect(understood).to_have_count(0)
    await page.keyboard.press("Enter")
    await user.expect_stored("The 5th Wave #Books")

    tomorrow = {await _tomorrow(page)}
    await page.keyboard.type("Oil for the lamps tomorrow 9am #Home @errand !high")
    await expect(understood.get_by_role("listitem")).to_have_count(4)
    async with user.stores("POST") as answered:
        await page.keyboard.press("Control+Enter")
    task = (await (await answered.value).json())["task"]
    tomorrow |= {await _tomorrow(page)}  # midnight may have passed
    zone = await page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    assert task["title"] == "Oil for the lamps"
    assert task["due"]["at"] in {f"{day}T09:00" for day in tomorrow}
    assert task["due"]["tz"] == zone
    assert (task["list"], task["labels"], task["priority"]) == ("Home", ["errand"], 3)
    await user.view(words.UPCOMING)
    await expect(user.rows).to_have_count(1)


async def _tomorrow(page: Page) -> str:
    """By the clock of the browser, as 2026-12-01."""
    day: str = await page.evaluate(
        """() => {
            const now = new Date();
            const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
            return new Intl.DateTimeFormat("sv").format(day);
        }"""
    )
    return day


async def test_of_several_pasted_lines_each_is_a_task(user: Tab) -> None:
    await user.quick_add.evaluate(
        """line => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", "Oil #Home\\nWicks #Home\\n\\nBell");
            const paste = { clipboardData, bubbles: true, cancelable: true };
            line.dispatchEvent(new ClipboardEvent("paste", paste));
        }"""
    )
    await user.dialog.get_by_role("button", name="3").click()
    for title in ("Oil", "Wicks", "Bell"):
        await user.expect_stored(title)
    await user.view("Home")
    await expect(user.rows).to_have_count(2)
