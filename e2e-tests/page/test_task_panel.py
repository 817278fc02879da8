"""One task beside the list, against the real suite."""

from page import words
from page.axe import violations
from page.tab import Tab
from playwright.async_api import expect


async def test_a_task_is_written_in_every_field_read_and_ticked_beside_the_list(user: Tab) -> None:
    page, panel = user.page, user.dialog
    await page.emulate_media(reduced_motion="reduce")  # nothing fades while axe measures colours
    await user.create("Oil")
    await user.read("Oil")
    await panel.get_by_role("button", name=words.EDIT).click()
    await panel.get_by_label(words.TITLE).fill("Lamp oil")
    await panel.get_by_text(words.OTHER_STATUS).click()
    await panel.get_by_label(words.OTHER_STATUS_LABEL).fill("Waiting")
    await panel.get_by_label(words.DUE_DAY, exact=True).fill("2026-12-01")
    await panel.get_by_label(words.DUE_TIME).fill("09:00")
    await panel.get_by_label(words.DUE_ZONE).select_option("Europe/Rome")
    await panel.get_by_text(words.PRIORITY_HIGH, exact=True).click()
    await panel.get_by_label(words.LIST, exact=True).fill("Home")
    await panel.get_by_label(words.NEW_LABEL).fill("errand")
    await panel.get_by_label(words.NEW_LABEL).press("Enter")
    await panel.get_by_label(words.NEW_ITEM).fill("two bottles")
    await panel.get_by_label(words.DESCRIPTION).fill("At the [market](https://market.example/oil)")
    await panel.get_by_label(words.DESCRIPTION).press("Control+Enter")
    await expect(user.row("Lamp oil")).to_be_visible()  # the list stays in sight
    await expect(panel.get_by_role("heading", name="Lamp oil", exact=True)).to_be_visible()

    await page.reload()
    read = ["Waiting", "December 1, 2026 09:00 Europe/Rome", words.HIGH_PRIORITY, "Home", "#errand"]
    for number, text in enumerate(read):
        await expect(panel.get_by_role("definition").nth(number)).to_have_text(text)
    link = panel.get_by_role("link", name="market")
    await expect(link).to_have_attribute("href", "https://market.example/oil")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await panel.get_by_role("checkbox", name="two bottles").check()
    # The journal has it from the gateway.
    await expect(panel.get_by_text("☑ two bottles")).to_be_visible()
    assert await violations(page) == []

    await page.set_viewport_size({"width": 360, "height": 740})
    await expect(panel.get_by_role("checkbox", name="two bottles")).to_be_checked()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)

    await user.to(words.ACTIVITY)
    entry = user.activity(words.CREATED, "Oil")
    await entry.get_by_role("link", name="Oil", exact=True).click()
    await expect(panel.get_by_role("heading", name="Lamp oil", exact=True)).to_be_visible()


async def test_a_day_that_is_half_typed_is_told_and_can_be_taken_away(user: Tab) -> None:
    page, panel = user.page, user.dialog
    day = panel.get_by_label(words.DUE_DAY, exact=True)
    await user.create("Oil")
    await user.read("Oil")
    await panel.get_by_role("button", name=words.EDIT).click()
    await day.press("1")
    await day.press("Control+Enter")
    await expect(panel.get_by_text(words.DUE_UNFINISHED)).to_be_visible()
    await expect(day).to_be_focused()
    await panel.get_by_text(words.DUE_CLEAR).click()
    await expect(panel.get_by_text(words.DUE_UNFINISHED)).to_have_count(0)
    await expect(day).to_be_focused()
    await day.press("Control+Enter")
    await expect(panel.get_by_role("heading", name="Oil", exact=True)).to_be_visible()
    await expect(page.get_by_text(words.DUE_UNFINISHED)).to_have_count(0)
