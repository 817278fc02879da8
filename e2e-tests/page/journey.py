"""What a person does with the page from registration to logout, all of it once."""

from page import words
from page.tab import Tab
from playwright.async_api import expect


async def from_registration_to_logout(tab: Tab) -> None:
    """Leaves the tab at the login page."""
    page = tab.page
    await tab.register()
    await _work(tab)
    await _read(tab)
    await page.get_by_role("button", name=words.KEYS).click()
    await expect(page.get_by_role("dialog", name=words.KEYS_HEADING)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(tab.dialog).to_have_count(0)
    await tab.logout()
    await page.get_by_role("link", name=words.REGISTER_LINK).click()
    await tab.expect_at("/register")


async def _work(tab: Tab) -> None:
    page = tab.page
    await tab.create("Oil")
    await tab.create("Wicks")
    await tab.edit("Oil")
    await tab.dialog.get_by_text(words.OTHER_STATUS).click()
    await tab.dialog.get_by_label(words.OTHER_STATUS_LABEL).fill("Waiting")
    await tab.dialog.get_by_label(words.DESCRIPTION).fill("Two bottles.")
    await tab.dialog.get_by_role("button", name=words.SAVE).click()
    await expect(tab.row("Oil")).to_contain_text("Waiting")
    await tab.row("Wicks").get_by_role("button", name="Not Started").click()
    await tab.show_completed()
    await tab.complete_button("Wicks").click()
    await expect(tab.complete_button("Wicks")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("searchbox").fill("oi")
    await expect(tab.rows).to_have_count(1)
    await page.get_by_role("searchbox").fill("no such thing")
    await expect(page.get_by_text(words.NO_MATCH)).to_be_visible()
    await page.get_by_role("searchbox").press("Escape")
    await expect(tab.rows).to_have_count(2)
    for title in ("Oil", "Wicks"):
        await tab.delete(title)
    await page.get_by_role("button", name=words.UNDO).click()
    await expect(tab.row("Wicks")).to_be_visible()
    await page.get_by_role("button", name=words.DISMISS).click()


async def _read(tab: Tab) -> None:
    page = tab.page
    await tab.row("Wicks").hover()
    await tab.row("Wicks").get_by_role("link", name=words.activity_of("Wicks")).click()
    await expect(tab.activity(words.COMPLETED, "Wicks")).to_be_visible()
    await page.get_by_role("link", name=words.ALL_ACTIVITY).click()
    await expect(tab.activity(words.DELETED, "Oil")).to_be_visible()
    await tab.to(words.TASKS)  # with its filter, as it was left
    await expect(tab.rows).to_have_count(1)
