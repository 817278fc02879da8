"""How a change of a task becomes the event that is stored inside it and later sent.

Every accepted change raises the task's `version` by one and stores exactly one event with that
version. The events up to the task's `sentVersion` have been sent; the later ones wait.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from chassis.mongo import Document
from chassis.tracing import current_request_id, current_traceparent
from contracts.events import Change, EventType, TaskEvent

from tasks_service.schemas import StoredTask, TaskFields

MAX_SENT = 100  # events kept in a task for a replay
MAX_WAITING = 500  # events that a task may hold until the broker is back

_COMPLETED = "completed"


def event_of(before: StoredTask | None, after: StoredTask) -> Document:
    """The event, as it is stored, of the change that made `before` into `after`."""
    event = TaskEvent(
        event_id=uuid4().hex,
        type=_type_of(before, after),
        task_id=after.id,
        user_id=after.user,
        task_title=after.title,
        timestamp=after.updated_at,
        version=after.version,
        changes=_differences(before, after),
        request_id=current_request_id(),
        traceparent=current_traceparent(),
    )
    # The task and its owner are in the document already.
    return event.model_dump(by_alias=True, exclude={"task_id", "user_id"})


def message_of(task: Document, event: Document) -> TaskEvent:
    """A stored event as it is published; ValidationError if it is not one."""
    return TaskEvent.model_validate(event | {"taskId": str(task["_id"]), "userId": task["user"]})


def waiting(task: StoredTask) -> int:
    """How many of the task's events have not been sent."""
    return task.version - task.sent_version


# What a document of another release may lack: then it has no events, and none was sent.
_EVENTS = {"$ifNull": ["$events", []]}
_SENT_VERSION = {"$ifNull": ["$sentVersion", 0]}


def events_with(event: Document, *, kept_since: datetime) -> dict[str, Any]:
    """The MongoDB expression for a task's `events` with `event` added and old ones trimmed.

    Trimmed are sent events from before `kept_since`, and those beyond the last `MAX_SENT`.
    """
    is_kept = {
        "$or": [
            {"$gt": ["$$this.version", _SENT_VERSION]},
            {"$gte": ["$$this.timestamp", kept_since]},
        ]
    }
    kept = {"$filter": {"input": _EVENTS, "cond": is_kept}}
    # Counted here and not from what was read before: a replay may have marked more as unsent since.
    waiting = {"$size": {"$filter": {"input": _EVENTS, "cond": is_kept["$or"][0]}}}
    bounded = {"$slice": [kept, {"$multiply": [-1, {"$add": [MAX_SENT, waiting]}]}]}
    return {"$concatArrays": [bounded, [{"$literal": event}]]}


def waiting_events(limit: int) -> dict[str, Any]:
    """The MongoDB expression for a task's oldest events that have not been sent."""
    is_waiting = {"$gt": ["$$this.version", _SENT_VERSION]}
    return {"$slice": [{"$filter": {"input": _EVENTS, "cond": is_waiting}}, limit]}


def _type_of(before: StoredTask | None, after: StoredTask) -> EventType:
    if before is None:
        return "TaskCreated"
    if after.deleted:
        return "TaskDeleted"
    if _is_completed(after) and not _is_completed(before):
        return "TaskCompleted"
    return "TaskUpdated"


def _is_completed(task: StoredTask) -> bool:
    return task.status.casefold() == _COMPLETED


def _differences(before: StoredTask | None, after: StoredTask) -> dict[str, Change]:
    if before is None:
        return {}
    fields = set(TaskFields.model_fields)
    old, new = before.model_dump(include=fields), after.model_dump(include=fields)
    return {
        name: Change(from_=old[name], to=value) for name, value in new.items() if value != old[name]
    }
