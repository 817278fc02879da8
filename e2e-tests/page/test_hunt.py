"""The hunt and the journal, against the real suite."""

import httpx2
from page.axe import violations
from page.browser import NewTab
from page.hunting import Tab
from playwright.async_api import expect


async def test_a_contract_is_sworn_rewritten_completed_discarded_and_written_down(
    hunter: Tab, gateway_url: str
) -> None:
    page = hunter.page
    await hunter.swear("Oil for the lamps")

    await hunter.edit("Oil for the lamps")
    await hunter.dialog.get_by_label("Title").fill("Oil for every lamp")
    await hunter.dialog.get_by_label("Particulars").fill("And wicks.")
    await hunter.dialog.get_by_role("button", name="Seal it").click()
    await expect(hunter.row("Oil for every lamp")).to_contain_text("And wicks.")

    await hunter.seal("Oil for every lamp").click()
    await expect(hunter.seal("Oil for every lamp")).to_have_attribute("aria-pressed", "true")

    await hunter.discard("Oil for every lamp")
    await page.get_by_role("button", name="Undo").click()
    await expect(hunter.row("Oil for every lamp")).to_be_visible()
    await hunter.discard("Oil for every lamp")
    await page.get_by_role("button", name="Dismiss this notice").click()

    await hunter.to("The Journal")
    await expect(hunter.entry("Discarded Oil for every lamp")).to_be_visible()
    await expect(hunter.entry("Completed Oil for every lamp")).to_contain_text("Not Started")
    rewritten = hunter.entry("Rewritten Oil for every lamp")
    await expect(rewritten).to_contain_text("Oil for the lamps")
    await expect(rewritten).to_contain_text("And wicks.")
    await expect(hunter.entry("Sworn Oil for the lamps")).to_be_visible()
    assert await hunter.entry("").count() == 4

    token = hunter.authorization
    await hunter.logout()
    async with httpx2.AsyncClient(base_url=gateway_url, timeout=30, trust_env=False) as http:
        answer = await http.get("/api/tasks", headers={"authorization": token})
    assert answer.status_code == 401


async def test_the_journal_shows_a_new_deed_without_a_reload(hunter: Tab, new_tab: NewTab) -> None:
    journal = await new_tab()
    await journal.open("/journal")
    await expect(journal.page.get_by_text("Not a line is written")).to_be_visible()
    await hunter.swear("Ring the bell")
    await expect(journal.entry("Sworn Ring the bell")).to_be_visible()
    await hunter.seal("Ring the bell").click()
    await expect(journal.entry("Completed Ring the bell")).to_be_visible()
    await expect(journal.page.get_by_role("heading", name="Tonight")).to_have_count(1)


async def test_the_journal_of_one_contract_shows_only_its_own_deeds(hunter: Tab) -> None:
    await hunter.swear("One")
    await hunter.swear("Another")
    await hunter.row("One").hover()
    await hunter.row("One").get_by_role("link", name="Journal of One").click()
    await expect(hunter.entry("Sworn One")).to_be_visible()
    await expect(hunter.entry("Sworn Another")).to_have_count(0)
    await hunter.page.get_by_role("link", name="Open the whole journal").click()
    await expect(hunter.entry("Sworn Another")).to_be_visible()


async def test_a_discard_is_sent_when_the_tab_goes_away_within_its_undo_seconds(
    hunter: Tab,
) -> None:
    await hunter.swear("Burn this letter")
    await hunter.swear("Keep this one")
    await hunter.discard("Burn this letter")
    await hunter.page.reload()
    await expect(hunter.row("Keep this one")).to_be_visible()
    await expect(hunter.row("Burn this letter")).to_have_count(0)


async def test_a_contract_rewritten_in_another_tab_is_not_overwritten_unasked(
    hunter: Tab, new_tab: NewTab
) -> None:
    await hunter.swear("A word with Eileen")
    other = await new_tab()
    await other.page.emulate_media(reduced_motion="reduce")
    await other.open("/hunt")
    await other.edit("A word with Eileen")
    await hunter.edit("A word with Eileen")
    await hunter.dialog.get_by_label("Title").fill("A long word with Eileen")
    await hunter.dialog.get_by_role("button", name="Seal it").click()
    await expect(hunter.row("A long word with Eileen")).to_be_visible()
    await hunter.swear("The gateway has all of it")

    await other.dialog.get_by_label("Title").fill("A quiet word with Eileen")
    await other.dialog.get_by_role("button", name="Seal it").click()
    conflict = other.page.get_by_role("dialog", name="Two hands on one contract")
    await expect(conflict.get_by_role("region", name="Theirs")).to_contain_text(
        "A long word with Eileen"
    )
    await expect(conflict.get_by_role("region", name="Yours")).to_contain_text(
        "A quiet word with Eileen"
    )
    assert await violations(other.page) == []
    await conflict.get_by_role("button", name="Write yours over it").click()
    await expect(other.row("A quiet word with Eileen")).to_be_visible()
    await hunter.page.reload()
    await expect(hunter.row("A quiet word with Eileen")).to_be_visible()


async def test_a_filter_stands_in_the_address_and_outlives_a_reload(hunter: Tab) -> None:
    await hunter.swear("Begun")
    await hunter.swear("Waiting")
    await hunter.row("Begun").get_by_role("button", name="Not Started").click()
    states = hunter.page.get_by_role("group", name="Filter by state")
    await states.get_by_role("button", name="In Progress").click()
    await expect(hunter.row("Waiting")).to_have_count(0)
    await hunter.page.reload()
    await expect(hunter.row("Begun")).to_be_visible()
    await expect(hunter.row("Waiting")).to_have_count(0)
    await states.get_by_role("button", name="All").click()
    await hunter.page.get_by_role("searchbox").fill("WAIT")
    await expect(hunter.rows).to_have_count(1)
    await hunter.page.get_by_role("searchbox").press("Escape")
    await expect(hunter.rows).to_have_count(2)
