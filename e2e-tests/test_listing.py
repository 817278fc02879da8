"""The list of tasks: pages, limits and cursors."""

import asyncio

import pytest
from client import TASKS, Hunter, Json, NewHunter, assert_error


async def read(hunter: Hunter, **query: str | int) -> Json:
    answer = await hunter.get(TASKS, params=query)
    assert answer.status_code == 200, answer.text
    page: Json = answer.json()
    assert set(page) == {"totalTasks", "tasks", "nextCursor"}
    return page


def titles(page: Json) -> list[str]:
    return [task["title"] for task in page["tasks"]]


async def create_many(hunter: Hunter, count: int, *, prefix: str = "task") -> None:
    at_once = asyncio.Semaphore(16)

    async def create(number: int) -> None:
        async with at_once:
            await hunter.create(title=f"{prefix} {number}")

    await asyncio.gather(*(create(number) for number in range(count)))


async def test_a_new_user_has_an_empty_list(hunter: Hunter) -> None:
    assert await read(hunter) == {"totalTasks": 0, "tasks": [], "nextCursor": None}


async def test_pages_come_newest_first(hunter: Hunter) -> None:
    for number in range(5):
        await hunter.create(title=str(number))

    assert titles(await read(hunter)) == ["4", "3", "2", "1", "0"]
    assert titles(await read(hunter, page=1, limit=2)) == ["4", "3"]
    assert titles(await read(hunter, page=3, limit=2)) == ["0"]
    assert titles(await read(hunter, page=4, limit=2)) == []
    assert (await read(hunter, page=4, limit=2))["totalTasks"] == 5
    assert (await read(hunter))["nextCursor"] is None


async def test_limits_and_pages_out_of_range_read_as_the_contract_says(hunter: Hunter) -> None:
    await create_many(hunter, 105)
    newest = (await read(hunter))["tasks"]

    assert len(newest) == 100
    assert (await read(hunter, limit=101))["tasks"] == newest
    assert (await read(hunter, limit=10**30))["tasks"] == newest
    for limit in ("0", "-1", f"-{10**30}"):
        assert (await read(hunter, limit=limit))["tasks"] == newest[:10]
    for page in ("0", "-1", "1"):
        assert (await read(hunter, page=page))["tasks"] == newest
    assert len((await read(hunter, page=2))["tasks"]) == 5
    assert (await read(hunter, page=10**30))["tasks"] == []


@pytest.mark.parametrize("name", ["page", "limit"])
@pytest.mark.parametrize("value", ["x", "1.5", "", "NaN", "1e3", "0x10", "1_0"])
async def test_a_page_or_limit_that_is_no_number_is_400(
    hunter: Hunter, name: str, value: str
) -> None:
    assert_error(await hunter.get(TASKS, params={name: value}), 400)


async def test_a_cursor_reads_each_task_once_while_others_are_created(hunter: Hunter) -> None:
    await create_many(hunter, 250, prefix="old")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for turn in range(100):
        page, _ = await asyncio.gather(
            read(hunter, limit=30, **cursor), create_many(hunter, 3, prefix=f"new {turn}")
        )
        seen += [task["title"] for task in page["tasks"] if task["title"].startswith("old")]
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}

    assert sorted(seen) == sorted(f"old {number}" for number in range(250))


@pytest.mark.parametrize("cursor", ["x", "A" * 60, "null", "-1", "\N{CRESCENT MOON}", "[]"])
async def test_a_cursor_that_the_list_did_not_give_is_400(hunter: Hunter, cursor: str) -> None:
    assert_error(await hunter.get(TASKS, params={"cursor": cursor}), 400)


async def test_another_users_cursor_shows_only_ones_own_tasks(new_hunter: NewHunter) -> None:
    one, other = await new_hunter(), await new_hunter()
    for hunter in (one, other):
        await create_many(hunter, 3)
    theirs = (await read(one, limit=1))["nextCursor"]

    page = await read(other, cursor=theirs)

    assert {task["user"] for task in page["tasks"]} <= {other.id}
