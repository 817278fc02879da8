"""What `docs/api.md` says of the feed, row by row, on a service whose broker is away."""

from typing import Any

import httpx2
import pytest
from activity_helpers.feed import FEED, TASK, ids, newest_first
from activity_helpers.service import ALICE, BOB, event, store
from chassis.mongo import Database


async def test_a_user_without_activities_has_an_empty_feed(reader: httpx2.AsyncClient) -> None:
    answer = await reader.get(FEED)
    assert answer.status_code == 200
    assert (answer.json()["activities"], answer.json()["nextCursor"]) == ([], None)


async def test_an_activity_shows_what_happened(
    reader: httpx2.AsyncClient, database: Database
) -> None:
    changes = {"status": {"from": "To do", "to": "Done"}, "description": {"from": "", "to": "2 l"}}
    update = event(
        type="TaskUpdated",
        taskId=TASK,
        taskTitle='It\'s "milk" ü',
        timestamp="2026-11-22T12:00:00.007Z",
        changes=changes,
        batchId="b-1",
        causedBy="e-1",
    )
    await store(database, update)
    answer = await reader.get(FEED)
    assert answer.json()["activities"] == [
        {
            "id": update["eventId"],
            "type": "TaskUpdated",
            "taskId": TASK,
            "taskTitle": 'It\'s "milk" ü',
            "message": "Task 'It's \"milk\" ü' updated.",
            "timestamp": "2026-11-22T12:00:00.007Z",
            "recordedAt": "2026-11-23T00:00:00.000Z",
            "changes": changes,
            "batchId": "b-1",
            "causedBy": "e-1",
        }
    ]


async def test_the_feed_is_newest_first_and_nobody_elses(
    reader: httpx2.AsyncClient, database: Database
) -> None:
    own = [event() for _ in range(3)]
    await store(database, own[1], event(userId=BOB), own[2], own[0])
    assert ids(await reader.get(FEED)) == newest_first(own)


async def test_events_of_one_moment_stand_by_version(
    reader: httpx2.AsyncClient, database: Database
) -> None:
    moment = {"timestamp": "2026-11-22T12:00:00.000Z", "taskId": TASK}
    own = [event(version=version, **moment) for version in (1, 2, 10, 2**40)]
    await store(database, own[2], own[3], own[0], own[1])
    assert ids(await reader.get(FEED)) == newest_first(own)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 100),
        ("limit=100", 100),
        ("limit=101", 100),
        ("limit=99999999999999999999999", 100),
        ("limit=7", 7),
        ("limit=1", 1),
        ("limit=0", 10),
        ("limit=-1", 10),
        ("limit=-99999999999999999999999", 10),
    ],
)
async def test_the_limit_is_held_between_1_and_100(
    reader: httpx2.AsyncClient, database: Database, query: str, shown: int
) -> None:
    own = [event() for _ in range(101)]
    await store(database, *own)
    answer = await reader.get(f"{FEED}?{query}")
    assert ids(answer) == newest_first(own)[:shown]
    assert answer.json()["nextCursor"]


async def test_the_last_page_has_no_cursor(reader: httpx2.AsyncClient, database: Database) -> None:
    own = [event() for _ in range(4)]
    await store(database, *own)
    first = await reader.get(FEED, params={"limit": 2})
    second = await reader.get(FEED, params={"limit": 2, "cursor": first.json()["nextCursor"]})
    assert ids(first) + ids(second) == newest_first(own)
    assert second.json()["nextCursor"] is None


async def test_the_filter_shows_one_task(reader: httpx2.AsyncClient, database: Database) -> None:
    own = [event(taskId=TASK, version=version) for version in (1, 2, 3)]
    await store(database, own[0], event(), own[1], event(), own[2])
    assert ids(await reader.get(FEED, params={"taskId": TASK})) == newest_first(own)
    assert ids(await reader.get(FEED, params={"taskId": TASK.upper()})) == newest_first(own)
    answer = await reader.get(FEED, params={"taskId": TASK, "latest": "false", "limit": 2})
    assert ids(answer) == newest_first(own)[:2]
    answer = await reader.get(FEED, params={"taskId": TASK, "cursor": answer.json()["nextCursor"]})
    assert ids(answer) == newest_first(own)[2:]


async def test_another_users_task_in_the_filter_shows_nothing(
    reader: httpx2.AsyncClient, database: Database
) -> None:
    await store(database, event(taskId=TASK, userId=BOB))
    answer = await reader.get(FEED, params={"taskId": TASK})
    assert ids(answer) == []


@pytest.mark.parametrize("headers", [{}, {"x-user-id": ALICE}, {"x-internal-identity": "forged"}])
async def test_who_does_not_come_through_the_gateway_gets_401(
    reader: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await reader.get(f"{FEED}?limit=ten", headers=headers, auth=None)
    assert answer.status_code == 401
    assert set(answer.json()) == {"message", "requestId"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_the_feed_is_only_read(reader: httpx2.AsyncClient, method: str) -> None:
    answer = await reader.request(method, FEED)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("path", [f"{FEED}/", f"{FEED}/{TASK}", "/activity", "/openapi.json"])
async def test_there_is_nothing_else(reader: httpx2.AsyncClient, path: str) -> None:
    assert (await reader.get(path)).status_code == 404


async def test_names_of_fields_come_back_as_they_were(
    reader: httpx2.AsyncClient, database: Database
) -> None:
    changes: dict[str, Any] = {
        name: {"from": "a", "to": None} for name in ("$ref", "$id", "a.b", "nul\0", "")
    }
    await store(database, event(type="TaskUpdated", changes=changes))
    assert (await reader.get(FEED)).json()["activities"][0]["changes"] == changes
