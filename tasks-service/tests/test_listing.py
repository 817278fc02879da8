from collections.abc import AsyncIterator

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database, ensure_indexes, open_mongo
from tasks_helpers.listing import document, get, listing_of
from tasks_helpers.service import create, profiled
from tasks_service.collection import INDEXES

pytestmark = pytest.mark.asyncio(loop_scope="session")

USER = str(ObjectId())
OF_ONE_MILLISECOND = 4


@pytest.mark.asyncio(loop_scope="function")
async def test_a_list_on_one_page_is_not_counted_at_another_moment(own: Database) -> None:
    await own["tasks"].insert_many([document(0, user=USER), document(0, user=USER)])
    async with profiled(own) as operations:
        page = await listing_of(own).page(USER, limit=10)
    assert (len(page.tasks), page.total_tasks, page.next_cursor) == (2, 2, None)
    assert [operation["op"] for operation in operations] == ["query"]


async def test_a_user_without_tasks_gets_an_empty_list(
    client: httpx2.AsyncClient, other_client: httpx2.AsyncClient
) -> None:
    await create(other_client)
    assert await get(client) == {"totalTasks": 0, "tasks": [], "nextCursor": None}


async def test_own_tasks_are_listed_newest_first_as_they_are(client: httpx2.AsyncClient) -> None:
    created = [await create(client, title=str(number)) for number in range(5)]
    body = await get(client)
    assert body == {"totalTasks": 5, "tasks": created[::-1], "nextCursor": None}


@pytest.mark.parametrize(
    ("query", "first", "length"),
    [
        ("", 0, 100),
        ("?page=1&limit=10", 0, 10),
        ("?page=2&limit=10", 10, 10),
        ("?page=0&limit=7", 0, 7),
        ("?page=-5&limit=7", 0, 7),
        ("?page=-0&limit=7", 0, 7),
        ("?limit=0", 0, 10),
        ("?limit=-1&page=3", 20, 10),
        ("?limit=100", 0, 100),
        ("?limit=101", 0, 100),
        ("?limit=99999999999999999999999999", 0, 100),
        ("?limit=-99999999999999999999999999", 0, 10),
        ("?limit=5", 0, 5),
        ("?page=2", 100, 5),
        ("?page=2&limit=100", 100, 5),
        ("?page=11&limit=10", 100, 5),
        ("?page=12&limit=10", 105, 0),
        ("?page=99999999999999999999999999&limit=10", 105, 0),
        ("?page=9223372036854775807&limit=100", 105, 0),
        ("?page=007&limit=010", 60, 10),
        ("?other=1", 0, 100),
    ],
)
async def test_pages(  # noqa: PLR0917 — fixtures and the three columns of the table
    client: httpx2.AsyncClient,
    database: Database,
    user_id: str,
    query: str,
    first: int,
    length: int,
) -> None:
    documents = [document(number, user=user_id) for number in range(105)]
    await database["tasks"].insert_many(documents)
    newest_first = [str(task["_id"]) for task in reversed(documents)]
    body = await get(client, query)
    assert [task["_id"] for task in body["tasks"]] == newest_first[first : first + length]
    assert body["totalTasks"] == 105
    assert (body["nextCursor"] is None) == (first + length >= 105)


@pytest.mark.parametrize("name", ["page", "limit"])
@pytest.mark.parametrize(
    "value",
    ["", "x", "1.5", "1.0", "1e3", "0x10", "1_0", "٣", "NaN", "%00", "1;2", "9" * 5000, "-"],
)
async def test_what_is_not_a_number_is_a_bad_request(
    client: httpx2.AsyncClient, name: str, value: str
) -> None:
    answer = await client.get(f"/api/tasks?{name}={value}")
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == [name]


async def test_events_and_marks_are_never_shown(client: httpx2.AsyncClient) -> None:
    task = await create(client)
    assert (await get(client))["tasks"] == [task]
    assert not {"events", "deleted", "sentVersion", "unsentSince", "fence"} & task.keys()


@pytest.fixture
async def crowded(mongo_uri: str) -> AsyncIterator[Database]:
    """A database of its own in which other users, and the deleted, are the many."""
    async with open_mongo(mongo_uri, {}) as database:
        await ensure_indexes(database, INDEXES)
        tasks = [document(number, user=str(ObjectId())) for number in range(400)]
        tasks += [document(number, user=USER, deleted=True) for number in range(100)]
        tasks += [document(number // OF_ONE_MILLISECOND, user=USER) for number in range(60)]
        await database["tasks"].insert_many(tasks)
        yield database


@pytest.mark.asyncio(loop_scope="function")
async def test_a_list_reads_the_tasks_it_shows_and_counts_from_the_index(
    crowded: Database,
) -> None:
    listing = listing_of(crowded)
    async with profiled(crowded) as operations:
        first = await listing.page(USER, page=1, limit=10, cursor=None)
        second = await listing.page(USER, page=1, limit=10, cursor=first.next_cursor)
        third = await listing.page(USER, page=1, limit=10, cursor=second.next_cursor)
        await listing.page(USER, page=1, limit=50, cursor=third.next_cursor)
    finds = [operation for operation in operations if "find" in operation["command"]]
    counts = [operation for operation in operations if "count" in operation["command"]]
    assert [find["nreturned"] for find in finds] == [11, 11, 11, 30]
    for find in finds:
        assert "IXSCAN { user: 1, deleted: 1, createdAt: -1, _id: -1 }" in find["planSummary"]
        assert "COLLSCAN" not in find["planSummary"]
        assert "hasSortStage" not in find
        # A cursor's page begins at its millisecond, of which some tasks have been shown already.
        assert find["nreturned"] <= find["docsExamined"] <= find["nreturned"] + OF_ONE_MILLISECOND
        assert find["keysExamined"] <= find["docsExamined"] + 1
    assert len(counts) == 4
    for counted in counts:
        assert counted["planSummary"].startswith("COUNT_SCAN")
        assert counted["docsExamined"] == 0
        assert counted["keysExamined"] <= 61
