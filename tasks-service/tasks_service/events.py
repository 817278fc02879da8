"""How a change of a task becomes the event that is stored inside it and later sent.

Every accepted change raises the task's `version` by one and stores exactly one event with that
version. The events after the task's `sentVersion` wait; the others have been sent, and are in the
history, but for those that the last release has left in the document.
"""

from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from chassis.mongo import Document
from chassis.tracing import current_request_id, current_traceparent
from contracts.events import Change, EventType, TaskEvent, to_iso_millis
from pydantic.alias_generators import to_camel

from tasks_service.fields import is_completed
from tasks_service.schemas import StoredTask, TaskFields

MAX_WAITING = 500  # events that a task may hold until the broker is back
# MongoDB takes no document over 16 MiB, and with a small cache no update of one that is nearly as
# large.
MAX_BYTES = 8 * 1024 * 1024
MAX_UNMEASURED = 8  # waiting events that certainly fit

# What `changes` tells, under the names of the API, and what it is before a task exists.
_TOLD: Final = [*TaskFields.model_fields, "rank", "completed_at", "deleted_at"]
_ALIASES: Final = [to_camel(name) for name in _TOLD]
_UNSET: Final = {name: field.default for name, field in TaskFields.model_fields.items()}


def event_of(
    before: StoredTask | None,
    after: StoredTask,
    *,
    event_id: str | None = None,
    batch_id: str | None = None,
    caused_by: str | None = None,
) -> Document:
    """The event, as it is stored, of the change that made `before` into `after`.

    `batch_id` is that of the bulk or undo it was part of, `caused_by` the event that it undoes.
    """
    event = TaskEvent(
        event_id=event_id or uuid4().hex,
        type=_type_of(before, after),
        task_id=after.id,
        user_id=after.user,
        task_title=after.title,
        timestamp=after.updated_at,
        version=after.version,
        changes=_differences(before, after),
        batch_id=batch_id,
        caused_by=caused_by,
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


EVENTS: Final = {"$cond": [{"$isArray": ["$events"]}, "$events", []]}
"""The MongoDB expression for a task's `events`: a document of another release may lack them."""
_SENT_VERSION: Final = {"$ifNull": ["$sentVersion", 0]}


def events_in(task: Document) -> list[Document]:
    """The events in a task's document; what else an odd document has there is none."""
    events = task.get("events")
    stored = events if isinstance(events, list) else []
    return [event for event in stored if isinstance(event, dict)]


def events_with(event: Document) -> dict[str, Any]:
    """The MongoDB expression for a task's `events` with `event` added."""
    return {"$concatArrays": [EVENTS, [{"$literal": event}]]}


def waiting_events(limit: int) -> dict[str, Any]:
    """The MongoDB expression for a task's oldest events that have not been sent."""
    is_waiting = {"$gt": ["$$this.version", _SENT_VERSION]}
    return {"$slice": [{"$filter": {"input": EVENTS, "cond": is_waiting}}, limit]}


def _type_of(before: StoredTask | None, after: StoredTask) -> EventType:
    if before is None:
        return "TaskCreated"
    if after.deleted:
        return "TaskDeleted"
    if before.deleted:
        return "TaskRestored"
    if is_completed(after.status) and not is_completed(before.status):
        return "TaskCompleted"
    return "TaskUpdated"


def _differences(before: StoredTask | None, after: StoredTask) -> dict[str, Change]:
    """What differs. A create differs from a task of which nothing was set, and says null for that."""
    changes = {}
    for name, alias in zip(_TOLD, _ALIASES, strict=True):
        old = _UNSET.get(name) if before is None else getattr(before, name)
        new = getattr(after, name)
        if new != old:
            changes[alias] = Change(from_=None if before is None else _json(old), to=_json(new))
    return changes


def told(task: StoredTask) -> dict[str, Any]:
    """All that `changes` may tell of a task, as JSON."""
    return {alias: _json(getattr(task, name)) for name, alias in zip(_TOLD, _ALIASES, strict=True)}


def told_of_create(state: dict[str, Any]) -> dict[str, Any]:
    """The `changes` of a create that gives this state, as they are stored."""
    unset = dict(zip(_ALIASES, map(_UNSET.get, _TOLD), strict=True))
    return {
        alias: {"from": None, "to": value}
        for alias, value in state.items()
        if value != unset[alias]
    }


def _json(value: Any) -> Any:  # noqa: ANN401 — of any field
    return to_iso_millis(value) if isinstance(value, datetime) else value
