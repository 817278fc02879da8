"""Reading on by cursor, and what a page costs."""

import random
import secrets
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from activity_helpers.service import SECRET, START
from activity_service import feed as feed_module
from activity_service.activities import COLLECTION
from activity_service.feed import READ_AT_ONCE, Feed, Position
from chassis.mongo import Database, Document
from chassis.paging import Cursors
from devstack.testing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

READS = {"op": {"$in": ["query", "getmore"]}}
TASKS = [f"{number:024x}" for number in range(3)]


def document(user_id: str, event_id: str, millisecond: int, version: int, task: int) -> Document:
    return {
        "_id": f"{user_id}-{event_id}",
        "type": "TaskUpdated",
        "taskId": TASKS[task],
        "taskTitle": "Buy milk",
        "userId": user_id,
        "timestamp": START + timedelta(milliseconds=millisecond),
        "version": version,
        "changes": [],
    }


@pytest.fixture
def feed(database: Database) -> Feed:
    codec = Cursors(Position, purpose="activity", secrets=[SECRET])
    return Feed(database, codec)


def sort_key(stored: Document) -> tuple[Any, ...]:
    return stored["timestamp"], stored["version"], stored["_id"]


# Few milliseconds and versions, so that many activities share them.
activities = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, len(TASKS) - 1)), max_size=30
)


@settings(
    max_examples=examples(25, 2000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    stored=activities, limits=st.lists(st.integers(1, 7), min_size=1), task=st.none() | st.just(1)
)
async def test_pages_follow_each_other_without_gap_or_repetition(
    feed: Feed,
    database: Database,
    stored: list[tuple[int, int, int]],
    limits: list[int],
    task: int | None,
) -> None:
    user_id = secrets.token_hex(12)
    documents = [document(user_id, f"{n:02}", *place) for n, place in enumerate(stored)]
    if documents:
        await database[COLLECTION].insert_many(random.sample(documents, len(documents)))
    task_id = None if task is None else TASKS[task]
    wanted = [item for item in documents if task_id in (None, item["taskId"])]
    seen: list[str] = []
    cursor = None
    for turn in range(len(documents) + 1):
        page = await feed.page(
            user_id,
            limit=limits[turn % len(limits)],
            cursor=cursor,
            task_id=task_id,
            stream_cursor="s",
        )
        seen += [activity.id for activity in page.activities]
        newer = document(user_id, f"newer-{turn}", 100 + turn, 1, 1)
        await database[COLLECTION].insert_one(newer)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [item["_id"] for item in sorted(wanted, key=sort_key, reverse=True)]


@pytest.mark.parametrize(
    ("page_bytes", "lengths"), [(1, [1] * 5), (25_000, [2, 2, 1]), (55_000, [5]), (49_000, [4, 1])]
)
async def test_a_page_of_large_activities_is_shorter_and_the_next_one_goes_on(
    feed: Feed,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    page_bytes: int,
    lengths: list[int],
) -> None:
    monkeypatch.setattr(feed_module, "PAGE_BYTES", page_bytes)
    user_id = secrets.token_hex(12)
    changes = [{"field": "description", "from": "", "to": "x" * 10_000}]
    documents = [document(user_id, str(n), n, 1, 0) | {"changes": changes} for n in range(5)]
    await database[COLLECTION].insert_many(documents)
    pages: list[list[str]] = []
    cursor: str | None = None
    while not pages or cursor is not None:
        page = await feed.page(user_id, limit=5, cursor=cursor, task_id=None, stream_cursor="s")
        pages.append([activity.id for activity in page.activities])
        cursor = page.next_cursor
    assert [len(page) for page in pages] == lengths
    assert list(chain(*pages)) == [item["_id"] for item in reversed(documents)]


@pytest.fixture
async def profiled(database: Database) -> Database:
    """A thousand activities of two users; from now on each query is on record with its plan."""
    alice, bob = "a" * 24, "b" * 24
    documents = [document(alice, f"{n:04}", n, 1, 0 if n % 10 else 1) for n in range(1000)]
    documents += [document(bob, f"{n:04}", n, 1, 2) for n in range(500)]
    await database[COLLECTION].insert_many(documents)
    await database.command("profile", 2, filter=READS)
    return database


async def plan(database: Database) -> Document:
    """The plan of the only query so far, with all that its reads have looked at."""
    await database.command("profile", 0)
    query, *more = await database["system.profile"].find(READS).to_list()
    assert all(read["op"] == "getmore" for read in more)
    assert all(read["nreturned"] <= READ_AT_ONCE for read in (query, *more))
    examined = sum(read["keysExamined"] for read in (query, *more))
    return dict(query) | {"keysExamined": examined}


def assert_index_range(entry: Document, keys: int) -> None:
    assert entry["planSummary"].startswith("IXSCAN")
    assert "hasSortStage" not in entry
    assert entry["keysExamined"] <= keys


@pytest.mark.parametrize("depth", [0, 500, 950])
async def test_a_page_at_any_depth_is_a_range_of_an_index(
    feed: Feed, profiled: Database, depth: int
) -> None:
    cursor = None
    if depth:
        at = Position(
            START + timedelta(milliseconds=1000 - depth), 1, "a" * 24 + f"-{1000 - depth:04}"
        )
        cursor = Cursors(Position, purpose="activity", secrets=[SECRET]).encode(at)
    page = await feed.page("a" * 24, limit=50, cursor=cursor, task_id=None, stream_cursor="s")
    assert len(page.activities) == 50
    assert_index_range(await plan(profiled), 50 + 3)


async def test_a_page_of_one_task_is_a_range_of_an_index(feed: Feed, profiled: Database) -> None:
    page = await feed.page("a" * 24, limit=50, cursor=None, task_id=TASKS[1], stream_cursor="s")
    assert len(page.activities) == 50
    assert_index_range(await plan(profiled), 50 + 1)


async def test_a_page_of_anothers_task_looks_at_nothing(feed: Feed, profiled: Database) -> None:
    page = await feed.page("a" * 24, limit=50, cursor=None, task_id=TASKS[2], stream_cursor="s")
    assert page.activities == []
    assert_index_range(await plan(profiled), 0)


async def test_the_latest_activity_is_one_key_of_an_index(feed: Feed, profiled: Database) -> None:
    await feed.latest("a" * 24, TASKS[1])
    assert_index_range(await plan(profiled), 1)


async def test_both_indexes_are_used(profiled: Database, feed: Feed) -> None:
    await feed.page("a" * 24, limit=1, cursor=None, task_id=None, stream_cursor="s")
    await feed.latest("a" * 24, TASKS[1])
    stats = await (await profiled[COLLECTION].aggregate([{"$indexStats": {}}])).to_list()
    used = {index["name"]: index["accesses"]["ops"] for index in stats}
    assert used["newest_of_user"] >= 1
    assert used["newest_of_task"] >= 1
