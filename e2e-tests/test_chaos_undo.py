"""tasks-service killed at random points while it undoes events and batches, which are sent again."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence

from bson import ObjectId
from client import TASKS as LIST
from client import Json, User
from devstack.suite import Suite
from devstack.testing import eventually, examples
from inside import TASKS, database_of
from load import retried
from pymongo.database import Database

IN_BATCH = 60
ALONE = 6
LATEST_KILL = 0.5  # seconds after the requests: by then most are answered


async def test_an_undo_is_done_once_or_not_at_all_whenever_the_service_is_killed(
    victim: Suite, user: User
) -> None:
    tasks = [await user.create() for _ in range(IN_BATCH + ALONE)]
    ids = [task["_id"] for task in tasks]
    undone: list[str] = []
    with database_of(victim, TASKS) as database:
        for number in range(examples(2, 30)):
            undone += await undone_beside_a_kill(victim, user, database, ids, f"round-{number}")
    for task in await eventually(user.all_tasks):
        assert task["description"] == ""

    async def told() -> list[str]:
        causes = [entry["causedBy"] for entry in await user.feed() if entry["causedBy"]]
        assert len(causes) >= len(undone)
        return causes

    causes: list[str] = await eventually(told)
    assert Counter(causes) == Counter(undone)


async def undone_beside_a_kill(
    victim: Suite, user: User, database: Database[Json], ids: Sequence[str], text: str
) -> Sequence[str]:
    """Change the tasks, and undo that while the service is killed; the events that are undone."""
    bulk = await retried(
        user, f"{LIST}/bulk", {"ids": ids[:IN_BATCH], "set": {"description": text}}, text
    )
    bodies: list[Json] = [{"batchId": bulk.json()["batchId"]}]
    for task_id in ids[IN_BATCH:]:
        answer = await user.call("PATCH", f"{LIST}/{task_id}", json={"description": text})
        bodies.append({"eventId": answer.json()["eventId"]})
    async with asyncio.TaskGroup() as group:
        undos = [
            group.create_task(retried(user, f"{LIST}/undo", body, f"undo-{text}-{number}"))
            for number, body in enumerate(bodies)
        ]
        # Not a wait for anything: the point of the kill.
        await asyncio.sleep(random.uniform(0, LATEST_KILL))
        await asyncio.to_thread(victim.kill, TASKS)
        while not all(undo.done() for undo in undos):
            assert await asyncio.to_thread(left, database, ids[:IN_BATCH], text) in {0, IN_BATCH}
            await asyncio.sleep(0.05)
    answers = [undo.result() for undo in undos]
    assert [answer.status_code for answer in answers] == [200] * (1 + ALONE)
    assert None not in {answer.json()["batchId"] for answer in answers}
    of_batch = await asyncio.to_thread(events_of, database, bodies[0]["batchId"])
    return [*of_batch, *(body["eventId"] for body in bodies[1:])]


def left(database: Database[Json], ids: Sequence[str], text: str) -> int:
    """How many of these tasks are not undone, all at one moment."""
    with database.client.start_session(snapshot=True) as session:
        changed = {"_id": {"$in": [ObjectId(one) for one in ids]}, "description": text}
        return database["tasks"].count_documents(changed, session=session)


def events_of(database: Database[Json], batch_id: str) -> Sequence[str]:
    """The ids of the events of a batch, waiting or sent."""
    waiting = [
        event["eventId"]
        for task in database["tasks"].find({"events.batchId": batch_id})
        for event in task["events"]
        if event["batchId"] == batch_id
    ]
    return list({*waiting, *database["task_events"].distinct("_id", {"batchId": batch_id})})
