"""What was done is taken back: by the key, from the journal, and to any version, against the real suite."""

from page import words
from page.axe import violations
from page.tab import Tab
from playwright.async_api import expect


async def _rename(tab: Tab, title: str, other: str) -> None:
    await tab.edit(title)
    await tab.dialog.get_by_label(words.TITLE).fill(other)
    async with tab.stores("PATCH"):
        await tab.dialog.get_by_label(words.TITLE).press("Control+Enter")
    await expect(tab.row(other)).to_be_visible()
    await tab.page.keyboard.press("Escape")
    await expect(tab.dialog).to_have_count(0)


async def test_acts_are_undone_by_key_from_the_journal_over_later_changes_and_to_a_version(
    user: Tab,
) -> None:
    page = user.page
    await page.emulate_media(reduced_motion="reduce")  # nothing fades while axe measures colours
    await user.create("Oil")
    await user.show_completed()
    await _rename(user, "Oil", "Lamp oil")
    await _rename(user, "Lamp oil", "Whale oil")
    async with user.stores("PATCH"):
        await user.complete_button("Whale oil").click()
    await page.get_by_role("button", name=words.DISMISS).click()
    await expect(page.get_by_role("button", name=words.DISMISS)).to_have_count(0)

    await page.keyboard.press("u")
    completed = words.status_changed("Whale oil", "Completed")
    await expect(page.get_by_text(words.undone(completed))).to_be_visible()
    await expect(user.complete_button("Whale oil")).to_have_attribute("aria-pressed", "false")

    await user.to(words.ACTIVITY)
    completion = user.activity(words.COMPLETED, "Whale oil").last
    await expect(completion.get_by_text(words.IS_UNDONE)).to_be_visible()
    entry = words.entry(words.COMPLETED, "Whale oil")
    await completion.get_by_role("button", name=words.redo(entry)).press("Enter")
    await expect(completion.get_by_text(words.IS_UNDONE)).to_have_count(0)
    await expect(completion.get_by_role("button", name=words.undo(entry))).to_be_focused()
    assert await violations(page) == []

    renamed = words.undo(words.entry(words.UPDATED, "Lamp oil"))
    await page.get_by_role("button", name=renamed, exact=True).click()
    conflict = page.get_by_role("dialog", name=words.UNDO_CONFLICT)
    await expect(conflict.get_by_text("Whale")).to_be_visible()
    assert await violations(page) == []
    async with user.stores("PATCH"):
        await conflict.get_by_role("button", name=words.PUT_BACK).click()
    await expect(page.get_by_role("link", name="Oil", exact=True).first).to_be_visible()

    await user.to(words.TASKS)
    await user.read("Oil")
    versions = user.dialog.get_by_role("button", name=words.RESTORE_VERSION)
    await expect(versions).to_have_count(6)
    await versions.first.click()  # the one before the title was put back
    version = page.get_by_role("dialog", name=words.VERSION_HEADING)
    await expect(version.get_by_text("Whale")).to_be_visible()
    assert await violations(page) == []
    async with user.stores("PATCH"):
        await version.get_by_role("button", name=words.RESTORE_VERSION).click()
    await expect(user.row("Whale oil")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(user.dialog).to_have_count(0)
    await page.keyboard.press("u")
    await expect(user.row("Oil")).to_be_visible()
