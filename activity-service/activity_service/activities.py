"""The collection of activities: one document per event, `_id` is the event's id."""

from datetime import datetime
from typing import Any, NotRequired, TypedDict, cast

from chassis.mongo import Database
from contracts.events import TaskEvent
from pymongo import DESCENDING, IndexModel
from pymongo.asynchronous.collection import AsyncCollection

COLLECTION = "activities"
NEWEST_FIRST = [("timestamp", DESCENDING), ("version", DESCENDING), ("_id", DESCENDING)]
INDEXES = {
    COLLECTION: [
        IndexModel([("userId", 1), *NEWEST_FIRST], name="newest_of_user"),
        IndexModel([("taskId", 1), ("userId", 1), *NEWEST_FIRST], name="newest_of_task"),
    ]
}

_DONE = {
    "TaskCreated": "created",
    "TaskUpdated": "updated",
    "TaskCompleted": "completed",
    "TaskDeleted": "deleted",
    "TaskRestored": "restored",
}


# One field's value before and after, any JSON. Its name is a value here: names come from outside, and
# not every name can be a key in BSON, or comes back as the same object (`$ref`, NUL).
ChangedField = TypedDict("ChangedField", {"field": str, "from": Any, "to": Any})


class ActivityDocument(TypedDict):
    """An activity as it is stored; another version of this service may have left out or added fields.

    `timestamp` and `recordedAt` are aware, in UTC, precise to the millisecond; `recordedAt` is never
    before `timestamp`, and missing in what was stored before it existed. `version` counts the changes of the
    task from 1; it is 0 for a message of the original. `batchId` is that of the bulk or undo that the
    event was part of, `causedBy` the event that it undoes.
    """

    _id: str
    userId: str
    taskId: str
    type: str
    taskTitle: str
    timestamp: datetime
    recordedAt: NotRequired[datetime]
    version: NotRequired[int]
    changes: NotRequired[list[ChangedField]]
    batchId: NotRequired[str]
    causedBy: NotRequired[str]
    requestId: NotRequired[str]


def activities_in(database: Database) -> AsyncCollection[ActivityDocument]:
    """The collection, with the type of its documents."""
    return cast("AsyncCollection[ActivityDocument]", database[COLLECTION])


def to_document(event: TaskEvent, recorded_at: datetime) -> ActivityDocument:
    """The activity of an event; `recorded_at` is aware.

    The clock of whoever changed the task may be ahead of ours, and nothing is recorded before it is.
    """
    document = ActivityDocument(
        _id=event.event_id,
        userId=event.user_id,
        taskId=event.task_id,
        type=event.type,
        taskTitle=event.task_title,
        timestamp=event.timestamp,
        recordedAt=max(recorded_at, event.timestamp),
        version=event.version,
        changes=[
            {"field": field, "from": change.from_, "to": change.to}
            for field, change in event.changes.items()
        ],
    )
    if event.batch_id is not None:
        document["batchId"] = event.batch_id
    if event.caused_by is not None:
        document["causedBy"] = event.caused_by
    if event.request_id is not None:
        document["requestId"] = event.request_id
    return document


def sentence(activity: ActivityDocument) -> str:
    """What is shown to the user: `Task 'X' created.`"""
    return f"Task '{activity['taskTitle']}' {_DONE.get(activity['type'], 'changed')}."
