from datetime import UTC, datetime, timedelta

import bson
import httpx2
import pytest
from bson import ObjectId
from chassis.errors import Unavailable
from chassis.mongo import Database
from contracts.events import to_iso_millis
from tasks_helpers.service import create
from tasks_helpers.tasks import NEW, USER, stored
from tasks_service.events import MAX_BYTES
from tasks_service.fields import NewItem
from tasks_service.schemas import TaskPatch
from tasks_service.tasks import Tasks

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_task_and_its_event_are_one_document(
    client: httpx2.AsyncClient, database: Database
) -> None:
    answer = await client.post(
        "/api/tasks",
        json={"title": "Learn", "status": "Open"},
        headers={"x-request-id": "r-1", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"},
    )
    document = await stored(database, answer.json()["task"]["_id"])
    [event] = document["events"]
    assert event["type"] == "TaskCreated"
    assert event["requestId"] == "r-1"
    assert event["traceparent"].startswith(f"00-{'a' * 32}-")
    assert event["version"] == document["version"] == 1
    assert document["unsentSince"] == event["timestamp"] == document["createdAt"]


async def test_each_accepted_change_writes_exactly_one_event(
    client: httpx2.AsyncClient, database: Database
) -> None:
    task = await create(client)
    path = f"/api/tasks/{task['_id']}"
    await client.patch(path, json={"title": "Learn more"})
    await client.patch(path, json={"title": "Learn more"})
    await client.patch(path, json={"title": "x" * 121})
    await client.patch(path, json={"title": "y"}, headers={"if-match": '"1"'})
    await client.patch(path, json={"status": "COMPLETED", "description": "$done"})
    await client.delete(path)
    await client.delete(path)
    await client.post(f"{path}/restore")
    await client.post(f"{path}/restore")
    await client.delete(path)
    document = await stored(database, task["_id"])
    assert [(event["version"], event["type"]) for event in document["events"]] == [
        (1, "TaskCreated"),
        (2, "TaskUpdated"),
        (3, "TaskCompleted"),
        (4, "TaskDeleted"),
        (5, "TaskRestored"),
        (6, "TaskDeleted"),
    ]
    times = [event["timestamp"] for event in document["events"]]
    at = [to_iso_millis(time) for time in times]
    assert [event["changes"] for event in document["events"]] == [
        {
            "title": {"from": None, "to": "Learn"},
            "status": {"from": None, "to": "Open"},
            "rank": {"from": None, "to": task["rank"]},
        },
        {"title": {"from": "Learn", "to": "Learn more"}},
        {
            "status": {"from": "Open", "to": "COMPLETED"},
            "description": {"from": "", "to": "$done"},
            "completedAt": {"from": None, "to": at[2]},
        },
        {"deletedAt": {"from": None, "to": at[3]}},
        {"deletedAt": {"from": at[3], "to": None}},
        {"deletedAt": {"from": None, "to": at[5]}},
    ]
    assert len({event["eventId"] for event in document["events"]}) == 6
    assert times == sorted(times)
    assert document["unsentSince"] == times[0]
    assert document["deleted"]
    assert "expiresAt" not in document  # not before its event is sent


async def test_times_never_run_backwards_within_a_task(tasks: Tasks, database: Database) -> None:
    task, _ = await tasks.create(USER, NEW)
    ahead = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    at = {"_id": ObjectId(task.id)}
    await database["tasks"].update_one(at, {"$set": {"updatedAt": ahead}})
    changed, _ = await tasks.update(USER, ObjectId(task.id), TaskPatch(title="Later"), None)
    assert changed.updated_at == ahead


async def test_what_waits_of_a_large_task_fits_in_a_document(
    tasks: Tasks, database: Database
) -> None:
    task, _ = await tasks.create(USER, NEW)
    task_id = ObjectId(task.id)
    for fill in "🎉", "🚀":
        checklist = [NewItem(text=fill * 200, done=False) for _ in range(100)]
        await tasks.update(USER, task_id, TaskPatch(checklist=checklist), None)
    event = (await stored(database, task.id))["events"][-1]
    total = MAX_BYTES // len(bson.encode(event))
    events = [event | {"version": version} for version in range(1, total + 1)]
    full = {"events": events[:-1], "version": total - 1, "sentVersion": 0}
    await database["tasks"].update_one({"_id": task_id}, {"$set": full})
    await tasks.update(USER, task_id, TaskPatch(title="fits"), None)
    full = {"events": events, "version": total}
    await database["tasks"].update_one({"_id": task_id}, {"$set": full})
    assert await size_of(database, task_id) > MAX_BYTES
    with pytest.raises(Unavailable):
        await tasks.update(USER, task_id, TaskPatch(title="one more"), None)
    with pytest.raises(Unavailable):
        await tasks.delete(USER, task_id, None)
    kept = await stored(database, task_id)
    assert len(kept["events"]) == kept["version"]  # none is dropped that waits


async def size_of(database: Database, task_id: ObjectId) -> int:
    size = {"size": {"$bsonSize": "$$ROOT"}}
    measured = await database["tasks"].find_one({"_id": task_id}, size)
    assert measured is not None
    return int(measured["size"])
