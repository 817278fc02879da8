"""Many tasks at once, and their order by hand, in two windows against the real suite."""

from functools import partial

from devstack.testing import eventually
from page import words
from page.browser import NewTab
from page.tab import Tab
from playwright.async_api import expect

TITLES = [f"Task {number}" for number in range(5)]


async def _titles(tab: Tab) -> list[str]:
    return await tab.rows.get_by_role("heading", level=2).all_text_contents()


async def _has_order(tab: Tab, titles: list[str]) -> bool:
    return await _titles(tab) == titles


async def test_selected_tasks_are_changed_and_taken_back_as_one(
    user: Tab, new_tab: NewTab, gateway_url: str
) -> None:
    page = user.page
    await user.open_with(gateway_url, *({"title": title} for title in reversed(TITLES)))
    await user.title("Task 0").click(modifiers=["Control"])
    await user.title("Task 2").click(modifiers=["Shift"])
    await user.title("Task 1").click(modifiers=["Control"])
    bar = page.get_by_role("group", name=words.SELECTED)
    await expect(bar.get_by_role("status")).to_contain_text("2 ")

    await bar.get_by_role("button", name=words.SELECTED_LABELS).click()
    await user.dialog.get_by_role("combobox").fill("errand")
    async with user.stores("POST"):
        await user.dialog.get_by_role("button", name=words.ADD_LABEL).click()
    await user.view("#errand")
    await expect(user.rows).to_have_count(2)

    await page.go_back()
    await expect(user.rows).to_have_count(5)
    await user.title("Task 0").click(modifiers=["Control"])
    await user.title("Task 4").click(modifiers=["Shift"])
    async with user.stores("POST"):
        await bar.get_by_role("button", name=words.SELECTED_COMPLETE, exact=True).click()
    await expect(user.rows).to_have_count(0)
    notices = page.get_by_role("region", name=words.NOTICES)
    await expect(notices).to_contain_text("5 ")  # can be taken back from now on
    await page.keyboard.press("u")
    await expect(notices).to_contain_text(words.undone("5 contracts completed."))
    await expect(user.rows).to_have_count(5)

    other = await new_tab()
    await other.open("/hunt")
    await expect(other.rows).to_have_count(5)


async def test_two_windows_move_complete_and_change_many_and_agree(
    user: Tab, new_tab: NewTab, gateway_url: str
) -> None:
    await user.open_with(gateway_url, *({"title": title} for title in reversed(TITLES)))
    other = await new_tab()
    await other.open("/hunt?completed=shown")
    await expect(other.rows).to_have_count(5)

    # Each from the list as its window shows it, with no look at what the other did.
    async with user.stores("PATCH"):
        await user.title("Task 4").press("Alt+ArrowUp")
    async with other.stores("PATCH"):
        await other.title("Task 0").press("Alt+ArrowDown")
    async with user.stores("PATCH"):
        await user.complete_button("Task 2").click()
    await other.title("Task 2").click(modifiers=["Control"])
    await other.title("Task 3").click(modifiers=["Shift"])
    bar = other.page.get_by_role("group", name=words.SELECTED)
    await bar.get_by_role("button", name=words.SELECTED_LIST).click()
    await other.dialog.get_by_label(words.LIST).fill("Home")
    async with other.stores("POST"):
        await other.dialog.get_by_role("button", name=words.APPLY).click()

    expected = ["Task 1", "Task 0", "Task 2", "Task 4", "Task 3"]
    for tab in (user, other):
        await tab.open("/hunt?completed=shown")
        await eventually(partial(_has_order, tab, expected))
        await expect(tab.complete_button("Task 2")).to_have_attribute("aria-pressed", "true")
        await expect(tab.row("Task 2")).to_contain_text("Home")
        await expect(tab.row("Task 3")).to_contain_text("Home")


async def test_a_row_is_dragged_to_its_place_and_stays_there(user: Tab, gateway_url: str) -> None:
    await user.open_with(gateway_url, *({"title": title} for title in reversed(TITLES)))
    # What drags comes with the first pointer.
    await user.row("Task 4").hover()
    await expect(user.page.locator("[data-task][draggable=true]")).to_have_count(5)
    async with user.stores("PATCH"):
        await user.row("Task 4").drag_to(user.row("Task 1"), target_position={"x": 300, "y": 4})
    expected = ["Task 0", "Task 4", "Task 1", "Task 2", "Task 3"]
    await eventually(partial(_has_order, user, expected))
    await user.page.reload()
    await eventually(partial(_has_order, user, expected))
