"""tasks-service killed while it carries out requests with an Idempotency-Key: they are sent again."""

import asyncio
from functools import partial

from client import TASKS as LIST
from client import Json, User
from devstack.suite import Suite
from devstack.testing import eventually, examples
from inside import TASKS, database_of
from load import retried
from pymongo.database import Database

MANY = 300


def described(database: Database[Json], text: str) -> int:
    """How many tasks have this description."""
    return database["tasks"].count_documents({"description": text})


def changed_by(database: Database[Json], batch_id: str) -> int:
    """How many tasks have an event of this batch, waiting or sent."""
    waiting = set(database["tasks"].distinct("_id", {"events.batchId": batch_id}))
    return len(waiting | set(database["task_events"].distinct("taskId", {"batchId": batch_id})))


async def test_a_request_with_a_key_has_its_effect_once_whenever_the_service_is_killed(
    victim: Suite, user: User
) -> None:
    ids = [(await user.create())["_id"] for _ in range(MANY)]
    rounds = range(1, 1 + examples(3, 30))
    with database_of(victim, TASKS) as database:
        for number in rounds:
            text = f"round-{number}"
            outcome = await changed_beside_a_kill(victim, user, database, ids, text)
            assert {one["status"] for one in outcome["results"]} == {200}
            assert {one["version"] for one in outcome["results"]} == {number + 1}
            assert described(database, text) == MANY + 1
            assert changed_by(database, outcome["batchId"]) == MANY
    # Both may have been answered before the last kill: then the list meets the restart.
    tasks: list[Json] = await eventually(user.all_tasks)
    versions = [task["version"] for task in tasks]
    assert sorted(versions) == [1] * len(rounds) + [1 + len(rounds)] * MANY


async def changed_beside_a_kill(
    victim: Suite, user: User, database: Database[Json], ids: list[str], text: str
) -> Json:
    """Describe these tasks, and a new one, while the service is killed; the answer to the former."""
    change = {"ids": ids, "set": {"description": text}}
    new = {"title": text, "status": "Open", "description": text}
    async with asyncio.TaskGroup() as group:
        changing = group.create_task(retried(user, f"{LIST}/bulk", change, f"bulk-{text}"))
        creating = group.create_task(retried(user, LIST, new, f"create-{text}"))
        await eventually(partial(described, database, text), every=0.005)
        await asyncio.to_thread(victim.kill, TASKS)
    assert creating.result().status_code == 201, creating.result().text
    outcome: Json = changing.result().json()
    return outcome
