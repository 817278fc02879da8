"""One request that changes many tasks: what becomes of each."""

import httpx2
import pytest
from chassis.mongo import Database
from tasks_helpers.bulk import Write, post, replace_writes
from tasks_helpers.service import Json, create
from tasks_helpers.tasks import stored
from tasks_service import bulk as bulk_module
from tasks_service.idempotency import IdempotencyKeys

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNKNOWN = "f" * 24


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


async def test_the_tasks_that_a_filter_matches_are_changed_newest_first(
    client: httpx2.AsyncClient,
) -> None:
    ids = [(await create(client, title=f"{n}", labels=["a"] * (n % 2)))["_id"] for n in range(4)]
    body = {"where": {"label": "A", "q": "1"}, "addLabels": ["b"]}
    assert [one["_id"] for one in (await post(client, body)).json()["results"]] == [ids[1]]
    body = {"where": {"label": ["A"], "done": False}, "action": "delete"}
    answer = (await post(client, body)).json()
    assert [one["_id"] for one in answer["results"]] == [ids[3], ids[1]]
    assert outcomes(answer) == [(200, 2), (200, 3)]
    none = (await post(client, body)).json()
    assert none == {"batchId": None, "results": []}
    answer = (await post(client, {"where": {"trash": True}, "action": "restore"})).json()
    assert [one["status"] for one in answer["results"]] == [200, 200]
    assert (await client.get("/api/tasks")).json()["totalTasks"] == 4


async def test_a_filter_that_matches_too_many_is_refused_and_changes_none(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_module, "MAX_TASKS", 2)
    tasks = [await create(client) for _ in range(3)]
    answer = await post(client, {"where": {"status": "Open"}, "set": {"priority": 1}})
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == ["where"]
    assert (await client.get("/api/tasks")).json()["tasks"] == tasks[::-1]


async def test_a_filter_sent_again_with_its_key_means_the_tasks_of_the_first_time(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [(await create(client, status="Open"))["_id"] for _ in range(2)]
    body = {"where": {"status": "open"}, "set": {"status": "Shut"}}

    async def crash(*_arguments: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(IdempotencyKeys, "_keep", crash)
        assert (await post(client, body, **{"idempotency-key": "k"})).status_code == 500
    await create(client, status="Open")
    answer = (await post(client, body, **{"idempotency-key": "k"})).json()
    assert [one["_id"] for one in answer["results"]] == ids[::-1]
    assert outcomes(answer) == [(200, 2), (200, 2)]
    assert answer["batchId"] is not None


async def test_a_retry_after_a_crash_finishes_the_same_batch(
    client: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [(await create(client))["_id"] for _ in range(5)]
    body, headers = {"ids": ids, "addLabels": ["done"]}, {"idempotency-key": "k-1"}
    writes = 0

    async def crash_after_two(write: Write) -> None:
        nonlocal writes
        writes += 1
        if writes > 2:
            raise ConnectionError
        await write()

    with monkeypatch.context() as patched:
        patched.setattr(bulk_module, "AT_ONCE", 2)
        replace_writes(patched, crash_after_two)
        crashed = await post(client, body, **headers)
    assert crashed.status_code == 500
    await client.patch(f"/api/tasks/{ids[0]}", json={"labels": []})  # it was done, and stays so
    answer = await post(client, body, **headers)
    assert answer.status_code == 200
    assert [result["version"] for result in answer.json()["results"]] == [2] * 5
    for task_id in ids:
        events = (await stored(database, task_id))["events"]
        batches = [event["batchId"] for event in events if event["batchId"]]
        assert batches == [answer.json()["batchId"]]
    assert (await stored(database, ids[0]))["labels"] == []
    again = await post(client, body, **headers)
    assert (again.content, again.headers["idempotency-replayed"]) == (answer.content, "true")
