"""The events of a task: tasks-service publishes them, activity-service consumes them.

Changes to these shapes are additive only; a reader ignores the fields it does not know.
"""

import hashlib
import math
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel

EXCHANGE = "task_events"
QUEUE = "activity.task_events"
DEAD_LETTER_QUEUE = "activity.task_events.parked"
MAX_MESSAGE_BYTES = 1_048_576
MAX_CHANGES = 100  # fields of one event: a task has some ten, and a later release may have more

# What tasks-service sends. A reader takes any other type too, so that it can be upgraded first.
EventType = Literal["TaskCreated", "TaskUpdated", "TaskCompleted", "TaskDeleted", "TaskRestored"]


def to_iso_millis(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`: `2026-11-22T12:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _only_iso_text(value: Any) -> Any:  # noqa: ANN401 — a before-validator sees whatever was sent
    # pydantic would also take a number, or a number as text, for seconds since the epoch.
    if isinstance(value, datetime) or (isinstance(value, str) and value[4:5] == "-"):
        return value
    raise ValueError("a time is ISO 8601 text")


def _to_millis(moment: datetime) -> datetime:
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time lies between the years 1 and 9999 in UTC") from None
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


UtcMillis = Annotated[
    AwareDatetime,
    BeforeValidator(_only_iso_text),
    AfterValidator(_to_millis),
    PlainSerializer(to_iso_millis, return_type=str, when_used="json"),
]
ObjectIdText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{24}$")]


def _only_finite(value: JsonValue) -> JsonValue:
    # Python's JSON has NaN and Infinity, which neither a JSON response nor any other reader knows.
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _only_finite(part)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is finite")
    return value


AnyJson = Annotated[JsonValue, AfterValidator(_only_finite)]


class Change(BaseModel):
    """One field's value before and after, any JSON."""

    model_config = ConfigDict(populate_by_name=True, frozen=True)

    from_: AnyJson = Field(alias="from")
    to: AnyJson


def _not_too_many(value: Any) -> Any:  # noqa: ANN401 — a before-validator sees whatever was sent
    # Before the members are read: each that is not a `Change` adds faults of its own.
    if isinstance(value, dict) and len(value) > MAX_CHANGES:
        raise ValueError(f"an event has at most {MAX_CHANGES} changed fields")
    return value


Changes = Annotated[
    dict[str, Change],
    BeforeValidator(_not_too_many),
    Field(json_schema_extra={"maxProperties": MAX_CHANGES}),
]


class TaskEvent(BaseModel):
    """One change of a task.

    `version` is the task's version after the change and orders one task's events. The original's
    messages had five fields (`type, taskId, userId, taskTitle, timestamp`); such a message gets
    version 0 and an `eventId` derived from those fields, so that a redelivery is recognised.
    `changes` names every field that changed; a create names those that it set, from null.
    `batch_id` is that of the bulk or undo that the event was part of, `caused_by` the event that it
    undoes.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    event_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    type: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    task_id: ObjectIdText
    user_id: ObjectIdText
    task_title: str
    timestamp: UtcMillis
    version: Annotated[int, Field(ge=0, lt=2**63, strict=True)] = 0
    changes: Changes = {}
    batch_id: str | None = None
    caused_by: str | None = None
    request_id: str | None = None
    traceparent: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _derive_event_id(cls, data: Any) -> Any:  # noqa: ANN401 — sees whatever was sent
        if not isinstance(data, dict) or "eventId" in data or "event_id" in data:
            return data
        identity = "|".join(
            str(data.get(name)) for name in ("type", "taskId", "userId", "taskTitle", "timestamp")
        )
        return data | {"eventId": "legacy-" + hashlib.sha256(identity.encode()).hexdigest()[:32]}

    def to_json(self) -> bytes:
        """The message body as it is published."""
        return self.model_dump_json(by_alias=True).encode()
