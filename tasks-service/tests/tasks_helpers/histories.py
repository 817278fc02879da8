"""The events of tasks, and what they give."""

from collections.abc import Sequence
from typing import Any

from bson import ObjectId
from chassis.mongo import Database, Document
from tasks_service.events import told
from tasks_service.history import BASELINE
from tasks_service.schemas import StoredTask, TaskFields

from tasks_helpers.tasks import stored


async def history_of(database: Database, task_id: ObjectId | str) -> list[Document]:
    """All events of a task from its create, or its baseline, on: those that wait, and those that do not."""
    task_id = ObjectId(task_id)
    task = await database["tasks"].find_one({"_id": task_id}) or {}
    events = {event["eventId"]: event for event in task.get("events", [])}
    async for event in database["task_events"].find({"taskId": task_id}):
        events.setdefault(event["_id"], event)
    in_order = sorted(events.values(), key=lambda one: (one["version"], one["type"] == BASELINE))
    baselines = [number for number, one in enumerate(in_order) if one["type"] == BASELINE]
    return in_order[max(baselines, default=0) :]


def folded(events: Sequence[Document]) -> dict[str, Any]:
    """What the events have made of a task, of which the first is the create or a baseline."""
    unset = {"rank": None, "completedAt": None, "deletedAt": None}
    state = {name: field.default for name, field in TaskFields.model_fields.items()} | unset
    for event in events:
        for name, change in event["changes"].items():
            assert change["from"] == (None if event is events[0] else state[name])
            state[name] = change["to"]
    return state


async def assert_history_is_whole(database: Database, task_id: ObjectId | str) -> None:
    """One event for each version, and they give the task."""
    events = await history_of(database, task_id)
    task = StoredTask.from_document(await stored(database, task_id))
    first = events[0]["version"]
    assert [event["version"] for event in events] == [*range(first, task.version + 1)]
    assert folded(events) == told(task)
