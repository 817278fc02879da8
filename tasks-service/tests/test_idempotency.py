"""A POST that is sent again with its Idempotency-Key makes no second task."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
from chassis.clock import utc_now
from chassis.errors import BadRequest
from chassis.mongo import Database
from hypothesis import given
from hypothesis import strategies as st
from tasks_helpers.service import Json
from tasks_helpers.tasks import NEW, stored
from tasks_service.idempotency import LIFETIME, IdempotencyKeys, idempotency_key
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


async def test_a_crash_between_key_and_task_is_made_good_by_the_next_request(
    tasks: Tasks, database: Database, user_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(_task: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "_insert", crash)
        with pytest.raises(ConnectionError):
            await tasks.create_once(user_id, NEW, "k-1")
    task, is_replayed = await tasks.create_once(user_id, NEW, "k-1")
    assert is_replayed
    assert (await stored(database, task.id))["version"] == 1
    assert await database["tasks"].count_documents({"user": user_id}) == 1


async def test_a_key_is_free_again_after_its_lifetime(
    tasks: Tasks, database: Database, user_id: str
) -> None:
    later = IdempotencyKeys(database, lambda: utc_now() + LIFETIME + timedelta(seconds=1))
    first, _ = await tasks.create_once(user_id, NEW, "k-1")
    second, is_replayed = await later.once(
        "k-1", NEW, tasks._first_version(user_id, NEW), tasks._insert
    )
    assert (is_replayed, second.id == first.id) == (False, False)


@pytest.mark.parametrize("key", ["", " ", '""', "a b", "é", "k" * 201, "\x7f"])
async def test_a_key_that_is_none_is_refused_by_name(key: str) -> None:
    with pytest.raises(BadRequest) as refused:
        idempotency_key(key)
    assert [fault.field for fault in refused.value.errors or ()] == ["idempotency-key"]


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=2, max_size=200))
async def test_a_key_of_visible_ascii_is_taken_as_it_is(key: str) -> None:
    if not (key[0] == key[-1] == '"'):
        assert idempotency_key(key) == key
