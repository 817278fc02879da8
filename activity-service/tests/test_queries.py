"""What may be asked of the feed, and the newest activity of a task."""

import httpx2
import pytest
from activity_helpers.feed import FEED, TASK
from activity_helpers.service import BOB, as_user, event, store
from chassis.mongo import Database


def assert_bad_request(answer: httpx2.Response, field: str) -> None:
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("limit=1.0", "limit"),
        ("limit=1_0", "limit"),
        ("limit=%205", "limit"),
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
    reader: httpx2.AsyncClient, query: str, field: str
) -> None:
    assert_bad_request(await reader.get(f"{FEED}?{query}"), field)


async def test_a_tampered_cursor_is_400(reader: httpx2.AsyncClient, database: Database) -> None:
    await store(database, *[event() for _ in range(3)])
    cursor = (await reader.get(FEED, params={"limit": 1})).json()["nextCursor"]
    for changed in (cursor[:-1], cursor + "A", "A" + cursor[1:], cursor.swapcase()):
        assert_bad_request(await reader.get(FEED, params={"cursor": changed}), "cursor")


async def test_a_cursor_of_somebody_else_shows_nothing_of_theirs(
    reader: httpx2.AsyncClient, database: Database
) -> None:
    own = event()
    await store(database, own, *[event(userId=BOB) for _ in range(3)])
    theirs = await reader.get(FEED, params={"limit": 1}, auth=as_user(BOB))
    cursor = theirs.json()["nextCursor"]
    answer = await reader.get(FEED, params={"cursor": cursor})
    assert [activity["id"] for activity in answer.json()["activities"]] == [own["eventId"]]


async def test_latest_is_the_newest_sentence_of_the_task(
    reader: httpx2.AsyncClient, database: Database
) -> None:
    moment = {"timestamp": "2026-11-22T12:00:00.000Z", "taskId": TASK}
    created = event(taskTitle="X", **moment)
    completed = event(type="TaskCompleted", taskTitle="Y", version=2, **moment)
    newer = event()
    await store(database, completed, created, newer)
    answer = await reader.get(FEED, params={"taskId": TASK, "latest": "true"})
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
    reader: httpx2.AsyncClient, database: Database, owner: str | None, status: int, message: str
) -> None:
    if owner is not None:
        await store(database, event(taskId=TASK, userId=owner))
    answer = await reader.get(FEED, params={"taskId": TASK, "latest": "true"})
    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert set(answer.json()) == {"message", "requestId"}
