"""Tasks as the last release leaves them: with the events that it has sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId
from chassis.mongo import Document

from tasks_helpers.relay import Replica
from tasks_helpers.tasks import USER

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def event(version: int, type_: str = "TaskUpdated", **changes: tuple[Any, Any]) -> Document:
    return {
        "eventId": str(ObjectId()),
        "type": type_,
        "taskTitle": "Learn",
        "timestamp": NOON + timedelta(minutes=version),
        "version": version,
        "changes": {name: {"from": old, "to": new} for name, (old, new) in changes.items()},
    }


CREATED = event(1, "TaskCreated", title=(None, "Learn"), status=(None, "Open"), rank=(None, "a0"))
CREATED_BY_LAST = event(1, "TaskCreated")  # which does not say what it set
RENAMED = event(2, title=("Learn", "Read"))
COMPLETED_BY_LAST = event(3, "TaskCompleted", status=("Open", "Completed"))
LABELLED = event(4, labels=([], ["a"]))
TRASHED_BY_LAST = event(5, "TaskDeleted")


def document(*events: Document, version: int, **fields: object) -> Document:
    """A task as the last release leaves it: with events that have been sent."""
    return {
        "_id": ObjectId(),
        "user": USER,
        "title": "Learn",
        "status": "Open",
        "description": "",
        "createdAt": NOON,
        "updatedAt": NOON + timedelta(minutes=version),
        "version": version,
        "deleted": False,
        "rank": f"a{ObjectId()}",
        "sentVersion": version,
        "events": [*events],
    } | fields


async def move_all(replica: Replica) -> None:
    assert await replica.lease.try_to_hold()
    await replica.backfill.move_all(pause=0)
