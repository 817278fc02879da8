"""Words that somebody wrote are kept until the gateway has them."""

from page import words
from page.browser import NewTab
from page.tab import Tab
from playwright.async_api import Page, Route, expect

TASKS = "**/api/tasks"


async def _type(tab: Tab, description: str) -> None:
    await tab.dialog.get_by_label(words.DESCRIPTION).fill(description)


async def _leave(tab: Tab) -> None:
    await tab.dialog.get_by_role("button", name=words.LEAVE).click()
    await expect(tab.dialog).to_have_count(0)


async def test_what_was_left_in_a_dialog_can_be_taken_up_again_from_the_journal(user: Tab) -> None:
    await user.create("Write to Eileen")
    await user.edit("Write to Eileen")
    await _type(user, "Of the crows")
    await _leave(user)
    await user.to(words.ACTIVITY)
    await user.page.get_by_role("button", name=words.RESUME).click()
    await expect(user.dialog.get_by_label(words.DESCRIPTION)).to_have_value("Of the crows")


async def test_what_was_left_in_a_dialog_is_there_when_its_task_is_opened_again(user: Tab) -> None:
    await user.create("Write to Eileen")
    await user.edit("Write to Eileen")
    await _type(user, "Of the crows")
    await _leave(user)
    await user.page.reload()
    await user.edit("Write to Eileen")
    await expect(user.dialog.get_by_label(words.DESCRIPTION)).to_have_value("Of the crows")


async def test_an_edit_of_a_task_discarded_elsewhere_becomes_a_new_one(
    user: Tab, new_tab: NewTab
) -> None:
    await user.create("Write to Eileen")
    await user.edit("Write to Eileen")
    await _type(user, "Of the crows")
    other = await new_tab()
    await other.open("/hunt")
    await other.delete("Write to Eileen")
    async with other.stores("DELETE"):
        await other.page.get_by_role("button", name=words.DISMISS).click()
    await user.dialog.get_by_role("button", name=words.SAVE).click()
    await user.page.get_by_role("button", name=words.RESUME).click()
    await user.dialog.get_by_role("button", name=words.CREATE).click()
    await user.expect_stored("Write to Eileen")
    await expect(user.row("Write to Eileen")).to_contain_text("Of the crows")


async def test_a_reload_while_a_save_is_on_its_way_loses_no_word(user: Tab) -> None:
    await user.create("Write to Eileen")
    await user.edit("Write to Eileen")
    await _type(user, "Of the crows")
    held: list[Route] = []

    async def hold_first(route: Route) -> None:
        """It goes with the page, and never arrives."""
        if held:
            await route.continue_()
        else:
            held.append(route)

    await user.page.route("**/api/tasks/*", hold_first)
    async with user.page.expect_request("**/api/tasks/*"):
        await user.dialog.get_by_role("button", name=words.SAVE).click()
    await user.page.reload()
    await expect(user.row("Write to Eileen")).to_contain_text("Of the crows")
    await user.expect_stored("Write to Eileen")
    await user.page.reload()
    await expect(user.row("Write to Eileen")).to_contain_text("Of the crows")


async def test_what_was_typed_outlives_a_logout_in_another_tab(tab: Tab, new_tab: NewTab) -> None:
    email = await tab.register()
    await tab.create("Write to Eileen")
    await tab.edit("Write to Eileen")
    await _type(tab, "Of the crows")
    other = await new_tab()
    await other.open("/hunt")
    await other.logout()
    await tab.expect_at("/login")

    await other.register()
    await tab.expect_at("/hunt")
    await expect(tab.quick_add).to_be_visible()
    await expect(tab.dialog).to_have_count(0)
    await other.logout()
    await tab.expect_at("/login")

    await other.login(email)
    await expect(tab.dialog.get_by_label(words.DESCRIPTION)).to_have_value("Of the crows")


async def test_a_new_task_whose_answer_is_lost_is_one_task(user: Tab) -> None:
    async def lose(route: Route) -> None:
        if route.request.method == "POST":
            await route.fetch()  # the gateway has it
            await route.abort()
        else:
            await route.continue_()

    await user.page.route(TASKS, lose)
    await user.quick_add.fill("Ring the bell")
    await user.quick_add.press("Enter")
    await expect(user.page.get_by_text(words.create_unanswered("Ring the bell"))).to_be_visible()
    await user.page.unroute(TASKS)
    async with user.stores("POST"):
        await user.page.get_by_role("button", name=words.TRY_AGAIN).click()
    await user.expect_stored("Ring the bell")

    await user.page.route(TASKS, lose)
    await user.quick_add.fill("Ring it again")
    await user.quick_add.press("Enter")
    await expect(user.page.get_by_text(words.create_unanswered("Ring it again"))).to_be_visible()
    await user.page.unroute(TASKS)
    async with user.stores("POST"):
        await user.page.reload()
    await user.expect_stored("Ring it again")
    await expect(user.dialog).to_have_count(0)
    await user.page.reload()
    await expect(user.row("Ring it again")).to_have_count(1)
    await expect(user.rows).to_have_count(2)


async def test_a_tab_and_its_duplicate_make_one_task_of_one_draft(user: Tab) -> None:
    await user.page.keyboard.press("n")
    await user.dialog.get_by_label(words.TITLE).fill("Ring the bell")
    async with user.page.expect_popup() as opened:
        await user.page.evaluate("void window.open(location.href)")  # copies what the tab remembers
    duplicate = Tab(await opened.value, user.address)
    await expect(duplicate.dialog.get_by_label(words.TITLE)).to_have_value("Ring the bell")
    for tab in (user, duplicate):
        async with tab.stores("POST"):
            await tab.dialog.get_by_role("button", name=words.CREATE).click()
    await _expect_one(user.page, "Ring the bell")


async def _expect_one(page: Page, title: str) -> None:
    await page.reload()
    await expect(page.get_by_role("heading", name=title, level=2)).to_have_count(1)
