"""tasks-service killed while it carries out requests with an Idempotency-Key: they are sent again."""

import asyncio
from functools import partial

import httpx2
from client import TASKS as LIST
from client import Json, User
from devstack.suite import Suite
from devstack.testing import eventually, examples
from inside import TASKS, database_of
from load import EXCUSABLE

MANY = 300


async def retried(user: User, path: str, body: Json, key: str) -> httpx2.Response:
    """The answer to a request that is sent until there is one."""

    async def answered() -> httpx2.Response:
        answer = await user.call("POST", path, json=body, headers={"idempotency-key": key})
        assert answer.status_code not in EXCUSABLE
        return answer

    answer: httpx2.Response = await eventually(answered)
    return answer


def described(suite: Suite, text: str) -> int:
    """How many tasks have this description."""
    with database_of(suite, TASKS) as database:
        return database["tasks"].count_documents({"description": text})


async def test_a_request_with_a_key_has_its_effect_once_whenever_the_service_is_killed(
    victim: Suite, user: User
) -> None:
    ids = [(await user.create())["_id"] for _ in range(MANY)]
    rounds = range(1, 1 + examples(3, 30))
    for number in rounds:
        text = f"round {number}"
        change = {"ids": ids, "set": {"description": text}}
        new = {"title": text, "status": "Open", "description": text}
        async with asyncio.TaskGroup() as group:
            changing = group.create_task(retried(user, f"{LIST}/bulk", change, f"bulk-{number}"))
            creating = group.create_task(retried(user, LIST, new, f"create-{number}"))
            await eventually(partial(described, victim, text), every=0.005)
            await asyncio.to_thread(victim.kill, TASKS)
        outcome, created = changing.result().json(), creating.result()
        assert created.status_code == 201, created.text
        assert {one["status"] for one in outcome["results"]} == {200}
        assert {one["version"] for one in outcome["results"]} == {number + 1}
        assert described(victim, text) == MANY + 1
        with database_of(victim, TASKS) as database:
            of_batch = {"user": user.id, "events.batchId": outcome["batchId"]}
            assert database["tasks"].count_documents(of_batch) == MANY
    versions = [task["version"] for task in await user.all_tasks()]
    assert sorted(versions) == [1] * len(rounds) + [1 + len(rounds)] * MANY
