"""The contract of `/api/activity`, row by row, on a service whose broker is away."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx2
import pytest
from chassis.mongo import Database
from contracts.events import TaskEvent
from devstack.testing import free_port

from activity_service.activities import COLLECTION, to_document
from activity_service.conftest import (
    ALICE,
    BOB,
    Message,
    as_user,
    event,
    running_service,
    settings_for,
)

TASK = "7a5c" + "0" * 20
FEED = "/api/activity"


@pytest.fixture
async def client(mongo_uri: str) -> AsyncIterator[httpx2.AsyncClient]:
    settings = settings_for(mongo_uri, f"amqp://guest:guest@127.0.0.1:{free_port()}/")
    async with running_service(settings) as client:
        yield client


async def store(database: Database, *messages: Message) -> None:
    documents = [to_document(TaskEvent.model_validate(message)) for message in messages]
    await database[COLLECTION].insert_many(documents)


def ids(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200
    return [activity["id"] for activity in answer.json()["activities"]]


def newest_first(messages: Sequence[Message]) -> list[str]:
    return [message["eventId"] for message in reversed(messages)]


def assert_bad_request(answer: httpx2.Response, field: str) -> None:
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


async def test_a_user_without_activities_has_an_empty_feed(client: httpx2.AsyncClient) -> None:
    answer = await client.get(FEED)
    assert answer.status_code == 200
    assert answer.json() == {"activities": [], "nextCursor": None}


async def test_an_activity_shows_what_happened(
    client: httpx2.AsyncClient, database: Database
) -> None:
    changes = {"status": {"from": "To do", "to": "Done"}, "description": {"from": "", "to": "2 l"}}
    update = event(
        type="TaskUpdated",
        taskId=TASK,
        taskTitle='It\'s "milk" ü',
        timestamp="2026-11-22T12:00:00.007Z",
        changes=changes,
    )
    await store(database, update)
    answer = await client.get(FEED)
    assert answer.json()["activities"] == [
        {
            "id": update["eventId"],
            "type": "TaskUpdated",
            "taskId": TASK,
            "taskTitle": 'It\'s "milk" ü',
            "message": "Task 'It's \"milk\" ü' updated.",
            "timestamp": "2026-11-22T12:00:00.007Z",
            "changes": changes,
        }
    ]


async def test_the_feed_is_newest_first_and_nobody_elses(
    client: httpx2.AsyncClient, database: Database
) -> None:
    own = [event() for _ in range(3)]
    await store(database, own[1], event(userId=BOB), own[2], own[0])
    assert ids(await client.get(FEED)) == newest_first(own)


async def test_events_of_one_moment_stand_by_version(
    client: httpx2.AsyncClient, database: Database
) -> None:
    moment = {"timestamp": "2026-11-22T12:00:00.000Z", "taskId": TASK}
    own = [event(version=version, **moment) for version in (1, 2, 10, 2**40)]
    await store(database, own[2], own[3], own[0], own[1])
    assert ids(await client.get(FEED)) == newest_first(own)


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
    client: httpx2.AsyncClient, database: Database, query: str, shown: int
) -> None:
    own = [event() for _ in range(101)]
    await store(database, *own)
    answer = await client.get(f"{FEED}?{query}")
    assert ids(answer) == newest_first(own)[:shown]
    assert answer.json()["nextCursor"]


async def test_the_last_page_has_no_cursor(client: httpx2.AsyncClient, database: Database) -> None:
    own = [event() for _ in range(4)]
    await store(database, *own)
    first = await client.get(FEED, params={"limit": 2})
    second = await client.get(FEED, params={"limit": 2, "cursor": first.json()["nextCursor"]})
    assert ids(first) + ids(second) == newest_first(own)
    assert second.json()["nextCursor"] is None


async def test_the_filter_shows_one_task(client: httpx2.AsyncClient, database: Database) -> None:
    own = [event(taskId=TASK, version=version) for version in (1, 2, 3)]
    await store(database, own[0], event(), own[1], event(), own[2])
    assert ids(await client.get(FEED, params={"taskId": TASK})) == newest_first(own)
    assert ids(await client.get(FEED, params={"taskId": TASK.upper()})) == newest_first(own)
    answer = await client.get(FEED, params={"taskId": TASK, "latest": "false", "limit": 2})
    assert ids(answer) == newest_first(own)[:2]
    answer = await client.get(FEED, params={"taskId": TASK, "cursor": answer.json()["nextCursor"]})
    assert ids(answer) == newest_first(own)[2:]


async def test_another_users_task_in_the_filter_shows_nothing(
    client: httpx2.AsyncClient, database: Database
) -> None:
    await store(database, event(taskId=TASK, userId=BOB))
    answer = await client.get(FEED, params={"taskId": TASK})
    assert answer.json() == {"activities": [], "nextCursor": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("limit=NaN", "limit"),
        ("limit=%00", "limit"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=%FF%FE", "cursor"),
        ("taskId=", "taskId"),
        ("taskId=1", "taskId"),
        (f"taskId={TASK}0", "taskId"),
        (f"taskId={TASK}%0A", "taskId"),
        (f"taskId={TASK[:-1]}g", "taskId"),
        ("taskId[$ne]=x&taskId=$ne", "taskId"),
        (f"taskId={TASK}&latest=banana", "latest"),
        (f"taskId={TASK}&latest=", "latest"),
        (f"taskId={TASK}&latest=TRUE", "latest"),
        ("latest=true", "taskId"),
        ("latest=true&taskId=1", "taskId"),
    ],
)
async def test_a_bad_query_value_is_400_and_named(
    client: httpx2.AsyncClient, query: str, field: str
) -> None:
    assert_bad_request(await client.get(f"{FEED}?{query}"), field)


async def test_a_tampered_cursor_is_400(client: httpx2.AsyncClient, database: Database) -> None:
    await store(database, *[event() for _ in range(3)])
    cursor = (await client.get(FEED, params={"limit": 1})).json()["nextCursor"]
    for changed in (cursor[:-1], cursor + "A", "A" + cursor[1:], cursor.swapcase()):
        assert_bad_request(await client.get(FEED, params={"cursor": changed}), "cursor")


async def test_a_cursor_of_somebody_else_shows_nothing_of_theirs(
    client: httpx2.AsyncClient, database: Database
) -> None:
    own = event()
    await store(database, own, *[event(userId=BOB) for _ in range(3)])
    theirs = await client.get(FEED, params={"limit": 1}, headers=as_user(BOB))
    cursor = theirs.json()["nextCursor"]
    assert ids(await client.get(FEED, params={"cursor": cursor})) == [own["eventId"]]


async def test_latest_is_the_newest_sentence_of_the_task(
    client: httpx2.AsyncClient, database: Database
) -> None:
    moment = {"timestamp": "2026-11-22T12:00:00.000Z", "taskId": TASK}
    created = event(taskTitle="X", **moment)
    completed = event(type="TaskCompleted", taskTitle="Y", version=2, **moment)
    newer = event()
    await store(database, completed, created, newer)
    answer = await client.get(FEED, params={"taskId": TASK, "latest": "true"})
    assert answer.status_code == 200
    assert answer.json() == {"activity": "Task 'Y' completed."}


@pytest.mark.parametrize(
    ("owner", "status", "message"),
    [
        (None, 404, "Activity not found"),
        (BOB, 403, "Not authorized"),
    ],
)
async def test_latest_of_no_task_is_404_and_of_anothers_403(
    client: httpx2.AsyncClient, database: Database, owner: str | None, status: int, message: str
) -> None:
    if owner is not None:
        await store(database, event(taskId=TASK, userId=owner))
    answer = await client.get(FEED, params={"taskId": TASK, "latest": "true"})
    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert set(answer.json()) == {"message", "requestId"}


@pytest.mark.parametrize("headers", [{}, {"x-user-id": ALICE}, {"x-internal-identity": "forged"}])
async def test_who_does_not_come_through_the_gateway_gets_401(
    client: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.get(f"{FEED}?limit=ten", headers=headers, auth=None)
    assert answer.status_code == 401
    assert set(answer.json()) == {"message", "requestId"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_the_feed_is_only_read(client: httpx2.AsyncClient, method: str) -> None:
    answer = await client.request(method, FEED)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("path", [f"{FEED}/", f"{FEED}/{TASK}", "/activity", "/openapi.json"])
async def test_there_is_nothing_else(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_names_of_fields_come_back_as_they_were(
    client: httpx2.AsyncClient, database: Database
) -> None:
    changes: dict[str, Any] = {
        name: {"from": "a", "to": None} for name in ("$ref", "$id", "a.b", "nul\0", "")
    }
    await store(database, event(type="TaskUpdated", changes=changes))
    assert (await client.get(FEED)).json()["activities"][0]["changes"] == changes
