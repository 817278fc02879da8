"""The list of tasks and the activity feed, against the real suite."""

import httpx2
from page import words
from page.axe import violations
from page.browser import NewTab
from page.tab import Tab
from playwright.async_api import expect


async def test_a_task_is_created_updated_completed_deleted_and_recorded(
    user: Tab, gateway_url: str
) -> None:
    page = user.page
    await user.create("Buy lamp oil")

    await user.edit("Buy lamp oil")
    await user.dialog.get_by_label(words.TITLE).fill("Buy oil for every lamp")
    await user.dialog.get_by_label(words.DESCRIPTION).fill("Two bottles.")
    await user.dialog.get_by_role("button", name=words.SAVE).click()
    await expect(user.row("Buy oil for every lamp")).to_contain_text("Two bottles.")

    await user.show_completed()
    await user.complete_button("Buy oil for every lamp").click()
    await expect(user.complete_button("Buy oil for every lamp")).to_have_attribute(
        "aria-pressed", "true"
    )

    await user.delete("Buy oil for every lamp")
    await page.get_by_role("button", name=words.UNDO).click()
    await expect(user.row("Buy oil for every lamp")).to_be_visible()
    await user.delete("Buy oil for every lamp")
    await page.get_by_role("button", name=words.DISMISS).click()

    await user.to(words.ACTIVITY)
    await expect(user.activity(words.DELETED, "Buy oil for every lamp")).to_be_visible()
    await expect(user.activity(words.COMPLETED, "Buy oil for every lamp")).to_contain_text(
        "Not Started"
    )
    updated = user.activity(words.UPDATED, "Buy oil for every lamp")
    await expect(updated).to_contain_text("lamp oil")
    await expect(updated).to_contain_text("Two bottles.")
    await expect(user.activity(words.CREATED, "Buy lamp oil")).to_be_visible()
    await expect(user.activities).to_have_count(4)

    token = user.authorization
    await user.logout()
    async with httpx2.AsyncClient(base_url=gateway_url, timeout=30, trust_env=False) as http:
        answer = await http.get("/api/tasks", headers={"authorization": token})
    assert answer.status_code == 401


async def test_the_feed_shows_a_new_activity_without_a_reload(user: Tab, new_tab: NewTab) -> None:
    feed = await new_tab()
    await feed.open("/journal")
    await expect(feed.page.get_by_text(words.NO_ACTIVITY)).to_be_visible()
    await user.create("Ring the bell")
    await expect(feed.activity(words.CREATED, "Ring the bell")).to_be_visible()
    await user.complete_button("Ring the bell").click()
    await expect(feed.activity(words.COMPLETED, "Ring the bell")).to_be_visible()
    await expect(feed.page.get_by_role("heading", name=words.TODAY)).to_have_count(1)


async def test_the_feed_of_one_task_shows_only_its_own_activities(user: Tab) -> None:
    await user.create("One")
    await user.create("Another")
    await user.row("One").hover()
    await user.row("One").get_by_role("link", name=words.activity_of("One")).click()
    await expect(user.activity(words.CREATED, "One")).to_be_visible()
    await expect(user.activity(words.CREATED, "Another")).to_have_count(0)
    await user.page.get_by_role("link", name=words.ALL_ACTIVITY).click()
    await expect(user.activity(words.CREATED, "Another")).to_be_visible()


async def test_a_delete_is_sent_when_the_tab_goes_away_within_its_undo_seconds(
    user: Tab,
) -> None:
    await user.create("Burn this letter")
    await user.create("Keep this one")
    await user.delete("Burn this letter")
    await user.page.reload()
    await expect(user.row("Keep this one")).to_be_visible()
    await expect(user.row("Burn this letter")).to_have_count(0)


async def test_a_task_updated_in_another_tab_is_not_overwritten_unasked(
    user: Tab, new_tab: NewTab
) -> None:
    await user.create("Call the plumber")
    other = await new_tab()
    await other.page.emulate_media(reduced_motion="reduce")
    await other.open("/hunt")
    await other.edit("Call the plumber")
    await user.edit("Call the plumber")
    await user.dialog.get_by_label(words.TITLE).fill("Call the plumber today")
    async with user.stores("PATCH"):
        await user.dialog.get_by_role("button", name=words.SAVE).click()
    await expect(user.row("Call the plumber today")).to_be_visible()

    await other.dialog.get_by_label(words.TITLE).fill("Call the plumber tomorrow")
    await other.dialog.get_by_role("button", name=words.SAVE).click()
    conflict = other.page.get_by_role("dialog", name=words.CONFLICT)
    await expect(conflict.get_by_role("region", name=words.THEIRS)).to_contain_text(
        "Call the plumber today"
    )
    await expect(conflict.get_by_role("region", name=words.YOURS)).to_contain_text(
        "Call the plumber tomorrow"
    )
    assert await violations(other.page) == []
    async with other.stores("PATCH"):
        await conflict.get_by_role("button", name=words.OVERWRITE).click()
    await expect(other.row("Call the plumber tomorrow")).to_be_visible()
    await user.page.reload()
    await expect(user.row("Call the plumber tomorrow")).to_be_visible()


async def test_a_filter_stands_in_the_address_and_outlives_a_reload(user: Tab) -> None:
    await user.create("Begun")
    await user.create("Waiting")
    async with user.stores("PATCH"):
        await user.row("Begun").get_by_role("button", name="Not Started").click()
    states = user.page.get_by_role("group", name=words.FILTER)
    await states.get_by_role("button", name="In Progress").click()
    await expect(user.row("Waiting")).to_have_count(0)
    await user.page.reload()
    await expect(user.row("Begun")).to_be_visible()
    await expect(user.row("Waiting")).to_have_count(0)
    await states.get_by_role("button", name=words.ALL_STATUSES).click()
    await user.page.get_by_role("searchbox").fill("WAIT")
    await expect(user.rows).to_have_count(1)
    await user.page.get_by_role("searchbox").press("Escape")
    await expect(user.rows).to_have_count(2)


async def test_two_windows_move_complete_and_restore_and_agree(user: Tab, new_tab: NewTab) -> None:
    for title in ("Oil", "Wicks", "Bell"):
        await user.quick_add.fill(f"{title} #Home")
        await user.quick_add.press("Enter")
        await user.expect_stored(title)
    other = await new_tab()
    await other.open("/hunt")
    await other.view("Home")
    await expect(other.rows).to_have_count(3)

    await user.complete_button("Oil").click()
    await other.delete("Wicks")
    await other.page.get_by_role("button", name=words.DISMISS).click()
    await expect(user.row("Oil")).to_have_count(0)
    await other.view(words.TRASH)
    await other.page.get_by_role("button", name=words.restore("Wicks")).click()
    await expect(other.row("Wicks")).to_have_count(0)

    for tab in (user, other):
        await tab.page.reload()
        await tab.view("Home")
        await expect(tab.row("Oil")).to_have_count(0)
        await expect(tab.rows).to_have_count(2)
    await other.page.get_by_role("searchbox").fill("BELL")
    await expect(other.rows).to_have_count(1)
    await expect(other.page.locator("mark")).to_have_text("Bell")
