"""A POST that is sent again with its Idempotency-Key makes no second task."""

import asyncio
import hashlib

import httpx2
import pytest
from chassis.clock import utc_now
from chassis.mongo import Database, Document
from tasks_helpers.service import Json, client_of, serving
from tasks_helpers.tasks import stored
from tasks_service import idempotency
from tasks_service.idempotency import LIFETIME, IdempotencyKeys
from tasks_service.tasks import Tasks

pytestmark = pytest.mark.asyncio(loop_scope="session")

BODY = {"title": "Learn", "status": "Open"}


async def post(client: httpx2.AsyncClient, key: str, body: Json = BODY) -> httpx2.Response:
    return await client.post("/api/tasks", json=body, headers={"idempotency-key": key})


async def total(client: httpx2.AsyncClient) -> int:
    return int((await client.get("/api/tasks")).json()["totalTasks"])


async def test_the_same_key_and_body_give_the_first_answer_again(
    client: httpx2.AsyncClient,
) -> None:
    first = await post(client, "k-1")
    assert "idempotency-replayed" not in first.headers
    await client.patch(f"/api/tasks/{first.json()['task']['_id']}", json={"title": "Changed"})
    again = await post(client, '"k-1"')  # quotes around it do not count
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert await total(client) == 1


async def test_another_key_makes_another_task(client: httpx2.AsyncClient) -> None:
    await post(client, "k-1")
    await post(client, "k-2")
    assert await total(client) == 2


async def test_another_body_under_a_known_key_is_422(client: httpx2.AsyncClient) -> None:
    await post(client, "k-1")
    answer = await post(client, "k-1", BODY | {"status": "Done"})
    assert answer.status_code == 422
    assert answer.json()["message"] == "The Idempotency-Key was used with another body"
    assert await total(client) == 1


async def test_what_was_refused_does_not_take_the_key(client: httpx2.AsyncClient) -> None:
    assert (await post(client, "k-1", {"title": ""})).status_code == 400
    headers = {"idempotency-key": "k-1", "content-type": "application/json"}
    assert (await client.post("/api/tasks", content="{", headers=headers)).status_code == 400
    assert (await post(client, "k-1")).status_code == 201


async def test_the_key_of_another_user_is_another_key(
    client: httpx2.AsyncClient, other_client: httpx2.AsyncClient
) -> None:
    mine, theirs = await post(client, "k-1"), await post(other_client, "k-1")
    assert mine.json()["task"]["_id"] != theirs.json()["task"]["_id"]
    assert "idempotency-replayed" not in theirs.headers


async def test_of_many_at_once_one_makes_the_task(
    client: httpx2.AsyncClient, database: Database
) -> None:
    answers = await asyncio.gather(*(post(client, "k-1") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    [task] = {answer.json()["task"]["_id"] for answer in answers}
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await total(client) == 1
    assert len((await stored(database, task))["events"]) == 1


async def crash(*_arguments: object) -> None:
    raise ConnectionError


@pytest.mark.parametrize(
    ("crashing", "at"), [(Tasks, "_insert"), (IdempotencyKeys, "_keep")], ids=["before", "after"]
)
async def test_a_crash_before_or_after_the_effect_is_made_good_by_the_next_request(
    client: httpx2.AsyncClient,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    crashing: type,
    at: str,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(crashing, at, crash)
        assert (await post(client, "k-1")).status_code == 500
    second, third = await post(client, "k-1"), await post(client, "k-1")
    assert (second.status_code, third.status_code) == (201, 201)
    assert second.headers["idempotency-replayed"] == "true"
    assert second.content == third.content
    assert await total(client) == 1
    assert len((await stored(database, second.json()["task"]["_id"]))["events"]) == 1


async def test_two_replicas_at_once_make_one_task_and_give_one_answer(
    shared_uri: str, client: httpx2.AsyncClient, user_id: str
) -> None:
    async with serving(shared_uri) as app, client_of(app, user_id) as other:
        answers = await asyncio.gather(
            *(post(replica, f"k-{key}") for key in range(10) for replica in (client, other))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == await total(client) == 10


async def test_a_request_waits_for_the_one_before_it_for_a_bounded_time(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(tasks: Tasks, task: Document) -> None:
        begun.set()
        await may_end.wait()
        await insert(tasks, task)

    insert = Tasks._insert
    monkeypatch.setattr(Tasks, "_insert", slow)
    monkeypatch.setattr(idempotency, "LONGEST_WAIT", 0.1)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(post(client, "k-1"))
        await begun.wait()
        refused = await post(client, "k-1")
        may_end.set()
    assert refused.status_code == 503
    assert "retry-after" in refused.headers
    assert first.result().status_code == 201


async def keep_as_the_last_release(
    client: httpx2.AsyncClient, database: Database, user_id: str, key: str
) -> str:
    """The id of a task that the last release made with this key."""
    task: Json = (await client.post("/api/tasks", json=BODY)).json()["task"]
    document = await stored(database, task["_id"])
    del document["events"]
    digest = hashlib.sha256(f"{user_id} POST /api/tasks {key}".encode()).hexdigest()
    await database["idempotency_keys"].insert_one(
        {"_id": digest, "body": "…", "task": document, "expiresAt": utc_now() + LIFETIME}
    )
    return str(task["_id"])


async def test_a_key_of_the_last_release_gives_the_task_that_it_made(
    client: httpx2.AsyncClient, database: Database, user_id: str
) -> None:
    task = await keep_as_the_last_release(client, database, user_id, "k-1")
    for _ in range(2):
        answer = await post(client, "k-1")
        assert answer.headers["idempotency-replayed"] == "true"
        assert (answer.status_code, answer.json()["task"]["_id"]) == (201, task)
    assert (await post(client, "k-1", BODY | {"title": "Another"})).status_code == 422
    headers = {"idempotency-key": "k-1", "content-type": "application/json"}
    assert (await client.post("/api/tasks", content="[", headers=headers)).status_code == 422
    assert await total(client) == 1


async def test_the_same_json_is_the_same_body_however_it_is_written(
    client: httpx2.AsyncClient,
) -> None:
    written = b'{"title": "Learn", "status": "Open"}', b' {"status":"Open",\n"title":"Learn"}'
    headers = {"idempotency-key": "k-1", "content-type": "application/json"}
    first, second = [
        await client.post("/api/tasks", content=body, headers=headers) for body in written
    ]
    assert (second.status_code, second.content) == (201, first.content)


async def test_two_keys_are_refused(client: httpx2.AsyncClient) -> None:
    headers = [("idempotency-key", "k-1"), ("idempotency-key", "k-2")]
    answer = await client.post("/api/tasks", json=BODY, headers=headers)
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == ["idempotency-key"]
