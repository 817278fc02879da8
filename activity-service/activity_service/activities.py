"""The collection of activities: one document per event, `_id` is the event's id."""

from typing import Any

from chassis.mongo import Document
from contracts.events import TaskEvent
from pymongo import DESCENDING, IndexModel

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
}


def to_document(event: TaskEvent) -> Document:
    """The activity of an event.

    `changes` becomes a list of `{field, from, to}`: the names of fields come from outside, and not
    every name can be a key in BSON, or comes back as the same object (`$ref`, NUL).
    """
    document: dict[str, Any] = {
        "_id": event.event_id,
        "type": event.type,
        "taskId": event.task_id,
        "taskTitle": event.task_title,
        "userId": event.user_id,
        "timestamp": event.timestamp,
        "version": event.version,
        "changes": [
            {"field": field, "from": change.from_, "to": change.to}
            for field, change in event.changes.items()
        ],
    }
    if event.request_id is not None:
        document["requestId"] = event.request_id
    return document


def message_of(document: Document) -> str:
    """The sentence shown to the user: `Task 'X' created.`"""
    return f"Task '{document['taskTitle']}' {_DONE[document['type']]}."
