"""The shapes of tasks: what clients send, what they get, and what is stored.

`TaskFields` is the one list of the fields that a client sets. The bodies of POST and PATCH, the
answers, the stored documents and the changes in events all follow from it, so a new optional field
is one more line there.
"""

from datetime import datetime
from typing import Annotated, Any, Self

from bson import ObjectId
from chassis.bodies import NO_NUL, VISIBLE
from chassis.mongo import Document
from contracts.errors import ErrorBody
from contracts.events import to_iso_millis
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel

# Lengths are counted in Unicode code points, after trimming.
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    NO_NUL,
    VISIBLE,
    Field(examples=["Water the plants"]),
]
Status = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20),
    NO_NUL,
    VISIBLE,
    Field(examples=["In Progress"]),
]
Description = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    NO_NUL,
    Field(examples=["The ferns too."]),
]


class TaskFields(BaseModel):
    """The fields that a client sets. A document from before a field existed has its default.

    So every field but `title` and `status` has a default, which is the value of a task that never
    had one.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )

    title: Title
    status: Status
    description: Description = ""


class NewTask(TaskFields):
    """The body of `POST /api/tasks`; unknown fields are ignored."""


def _without_defaults(schema: dict[str, Any]) -> None:
    schema["minProperties"] = 1
    for field in schema["properties"].values():
        del field["default"]


class TaskChanges(TaskFields):
    """The body of `PATCH /api/tasks/{id}`: a field left out stays as it was, null is refused."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    # These defaults are never read: `given` returns only what was sent.
    title: Title = ""
    status: Status = ""

    @model_validator(mode="after")
    def _refuse_nothing(self) -> Self:
        if not self.model_fields_set:
            names = ", ".join(TaskFields.model_fields)
            raise ValueError(f"nothing to change: send any of {names}")
        return self

    def given(self) -> dict[str, Any]:
        """The fields that were sent, by name."""
        return {name: getattr(self, name) for name in self.model_fields_set}


# What MongoDB gives is aware and precise to the millisecond already: there is nothing to check.
Time = Annotated[
    datetime,
    PlainSerializer(to_iso_millis, return_type=str, when_used="json"),
    Field(json_schema_extra={"format": "date-time", "examples": ["2026-11-22T12:00:00.000Z"]}),
]


class UnreadableTask(Exception):
    """A document that this release cannot show. `task_id` says which; nothing else of it is told."""

    def __init__(self, task_id: str) -> None:
        super().__init__(task_id)
        self.task_id = task_id


def _is_readable(values: Document) -> bool:
    return (
        isinstance(values.get("title"), str)
        and isinstance(values.get("status"), str)
        and isinstance(values.get("user"), str)
        and isinstance(values["version"], int)
        and isinstance(values.get("createdAt"), datetime)
        and isinstance(values["updatedAt"], datetime)
    )


class Task(TaskFields):
    """A task as its owner sees it. `version` starts at 1 and counts its changes; times are UTC."""

    id: Annotated[str, Field(alias="_id", examples=["6922a0000000000000000002"])]
    user: Annotated[str, Field(examples=["6922a0000000000000000001"])]
    created_at: Time
    updated_at: Time
    version: Annotated[int, Field(examples=[3])]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """What the document says; a field that it does not have yet is at its default.

        The rules for a field are not applied: they may have been others when the document was
        written. UnreadableTask if it cannot be shown at all.
        """
        values: Document = {"version": 1, "updatedAt": document.get("createdAt")} | document
        values["_id"] = str(document["_id"])
        if not _is_readable(values):
            raise UnreadableTask(values["_id"])
        return cls.model_construct(**values)  # type: ignore[return-value]  # the plugin says Task


class StoredTask(Task):
    """A document of the collection `tasks`, but for its events (see `tasks.py` and `events.py`).

    Times are UTC, to the millisecond. An optional mark is None where the document has none.
    """

    deleted: bool = False
    """A tombstone: gone for every reader, kept until its last event is sent and old enough."""
    sent_version: int = 0
    """The broker has confirmed the events up to this version."""
    fence: int = 0
    """The fencing number of the relay that wrote `sent_version`."""
    unsent_since: datetime | None = None
    """When the oldest waiting event was written."""
    expires_at: datetime | None = None
    """When a tombstone may be removed."""

    def to_document(self) -> Document:
        """As it is stored: by the names of the API, without the marks that it does not have."""
        return {"_id": ObjectId(self.id)} | self.model_dump(exclude={"id"}, exclude_none=True)


class _Answer(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )


class TaskPage(_Answer):
    """`total_tasks` counts all of the user's tasks; `next_cursor` is None on the last page."""

    total_tasks: Annotated[int, Field(examples=[1])]
    tasks: list[Task]
    next_cursor: Annotated[str | None, Field(examples=[None])]


class TaskAnswer(_Answer):
    """One task."""

    task: Task


class ChangeAnswer(TaskAnswer):
    """What was done, and to which task."""

    msg: Annotated[str, Field(examples=["Task successfully updated"])]


class DeleteAnswer(_Answer):
    """What was done."""

    msg: Annotated[str, Field(examples=["Task successfully deleted"])]


class TaskChangedBody(ErrorBody):
    """The body of a 412: the error, and the task as it is now."""

    message: Annotated[str, Field(examples=["The task has been changed in the meantime"])]
    task: Task
