"""One request that changes many tasks: what becomes of each."""

import httpx2
import pytest
from chassis.mongo import Database
from tasks_helpers.service import Json, create
from tasks_helpers.tasks import stored

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNKNOWN = "f" * 24


async def post(client: httpx2.AsyncClient, body: object, **headers: str) -> httpx2.Response:
    return await client.post("/api/tasks/bulk", json=body, headers=headers)


async def bulk(client: httpx2.AsyncClient, ids: list[str], **change: object) -> Json:
    answer = await post(client, {"ids": ids} | change)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def outcomes(body: Json) -> list[tuple[int, int | None]]:
    return [(result["status"], result["version"]) for result in body["results"]]


async def read(client: httpx2.AsyncClient, task_id: str) -> Json:
    task: Json = (await client.get(f"/api/tasks/{task_id}")).json()["task"]
    return task


async def test_each_task_is_changed_alone_and_its_event_names_the_batch(
    client: httpx2.AsyncClient, database: Database
) -> None:
    ids = [(await create(client, title=f"{number}"))["_id"] for number in range(3)]
    body = await bulk(client, ids[::-1], set={"priority": 3, "status": "Completed"})
    assert [result["_id"] for result in body["results"]] == ids[::-1]
    assert outcomes(body) == [(200, 2)] * 3
    events = [(await stored(database, task_id))["events"][-1] for task_id in ids]
    assert {event["batchId"] for event in events} == {body["batchId"]}
    assert len({event["eventId"] for event in events}) == 3
    assert {event["type"] for event in events} == {"TaskCompleted"}
    task = await read(client, ids[0])
    assert (task["priority"], task["version"]) == (3, 2)
    assert task["completedAt"] == task["updatedAt"]


async def test_what_cannot_be_changed_says_why_and_stops_no_other(
    client: httpx2.AsyncClient, other_client: httpx2.AsyncClient, database: Database
) -> None:
    mine, same = (await create(client))["_id"], (await create(client, priority=1))["_id"]
    theirs = (await create(other_client))["_id"]
    gone = (await create(client))["_id"]
    await client.delete(f"/api/tasks/{gone}")
    ids = [theirs, UNKNOWN, mine, gone, same]
    body = await bulk(client, ids, set={"priority": 1})
    assert outcomes(body) == [(403, None), (404, None), (200, 2), (404, None), (200, 1)]
    assert len((await stored(database, same))["events"]) == 1
    assert (await stored(database, theirs))["priority"] == 0


async def test_a_bulk_that_changes_nothing_is_no_batch(client: httpx2.AsyncClient) -> None:
    task = await create(client, labels=["Home"])
    body = await bulk(client, [task["_id"]], addLabels=["HOME"], removeLabels=["Work"])
    assert (body["batchId"], outcomes(body)) == (None, [(200, 1)])


async def test_a_task_asked_for_twice_is_changed_once_and_told_twice(
    client: httpx2.AsyncClient,
) -> None:
    task = await create(client)
    body = await bulk(client, [task["_id"], task["_id"].upper()], set={"title": "x"})
    assert outcomes(body) == [(200, 2), (200, 2)]


async def test_labels_are_added_and_removed_whatever_their_case(
    client: httpx2.AsyncClient,
) -> None:
    task = await create(client, labels=["Home", "work", "errand"])
    await bulk(client, [task["_id"]], addLabels=["HOME", "New"], removeLabels=["WORK", "none"])
    assert (await read(client, task["_id"]))["labels"] == ["Home", "errand", "New"]


async def test_a_task_that_would_have_too_many_labels_is_400_alone(
    client: httpx2.AsyncClient,
) -> None:
    full = await create(client, labels=[f"l{number}" for number in range(20)])
    other = await create(client)
    body = await bulk(client, [full["_id"], other["_id"]], addLabels=["more"])
    assert outcomes(body) == [(400, None), (200, 2)]
    swapped = await bulk(client, [full["_id"]], addLabels=["more"], removeLabels=["L3"])
    assert outcomes(swapped) == [(200, 2)]


async def test_many_are_deleted_and_restored(client: httpx2.AsyncClient) -> None:
    ids = [(await create(client))["_id"] for _ in range(3)]
    assert outcomes(await bulk(client, ids, action="restore")) == [(404, None)] * 3
    assert outcomes(await bulk(client, ids, action="delete")) == [(200, 2)] * 3
    assert outcomes(await bulk(client, ids, action="delete")) == [(404, None)] * 3
    assert (await client.get("/api/tasks")).json()["totalTasks"] == 0
    assert outcomes(await bulk(client, ids, action="restore")) == [(200, 3)] * 3
    assert (await client.get("/api/tasks")).json()["totalTasks"] == 3


async def test_null_clears_the_due_date(client: httpx2.AsyncClient) -> None:
    task = await create(client, due={"date": "2026-12-01"})
    await bulk(client, [task["_id"]], set={"due": None})
    assert (await read(client, task["_id"]))["due"] is None


ONE = ["6922a0000000000000000002"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"ids": ONE},
        {"ids": [], "action": "delete"},
        {"ids": ["x"], "action": "delete"},
        {"ids": None, "action": "delete"},
        {"ids": ONE * 501, "action": "delete"},
        {"action": "delete"},
        {"ids": ONE, "action": "archive"},
        {"ids": ONE, "action": None},
        {"ids": ONE, "action": "delete", "set": {"priority": 1}},
        {"ids": ONE, "action": "delete", "addLabels": ["a"]},
        {"ids": ONE, "set": {}},
        {"ids": ONE, "set": None},
        {"ids": ONE, "set": {"title": ""}},
        {"ids": ONE, "set": {"title": None}},
        {"ids": ONE, "set": {"colour": "red"}},
        {"ids": ONE, "set": {"after": ONE[0]}},
        {"ids": ONE, "set": {"rank": "a"}},
        {"ids": ONE, "set": {"labels": ["a"]}, "addLabels": ["b"]},
        {"ids": ONE, "set": {"labels": ["a"]}, "removeLabels": ["b"]},
        {"ids": ONE, "addLabels": []},
        {"ids": ONE, "addLabels": ["a", "A"]},
        {"ids": ONE, "addLabels": ["a"], "removeLabels": ["A"]},
        {"ids": ONE, "addLabels": ["x" * 31]},
        {"ids": ONE, "set": {"priority": 1}, "after": ONE[0]},
        {"ids": ONE, "set": {"priority": 1}, "dryRun": True},
    ],
    ids=str,
)
async def test_a_body_that_does_not_say_one_thing_is_refused(
    client: httpx2.AsyncClient, body: object
) -> None:
    answer = await post(client, body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"]


async def test_a_precondition_is_refused(client: httpx2.AsyncClient) -> None:
    task = await create(client)
    body = {"ids": [task["_id"]], "set": {"priority": 1}}
    for tag in '"1"', "*", "":
        answer = await post(client, body, **{"if-match": tag})
        assert answer.status_code == 400
        assert [fault["field"] for fault in answer.json()["errors"]] == ["if-match"]
