"""The shapes of tasks: what clients send, how a task is read, and what is stored.

`TaskFields` lists the fields that a client sets, with their bounds; the bodies of POST and PATCH
follow from it. `Task` lists all fields as they are read: from whatever a release has stored, so
without bounds. A new optional field is one line in each.
"""

from datetime import datetime
from typing import Annotated, Any, Final, Self

from bson import ObjectId
from chassis.mongo import Document
from contracts.events import to_iso_millis
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import SkipJsonSchema

from tasks_service.due import Due, NewDue
from tasks_service.fields import (
    Description,
    Item,
    Labels,
    ListName,
    NewChecklist,
    Priority,
    Status,
    Title,
    is_completed,
)
from tasks_service.rank import first_rank

TaskId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-fA-F]{24}$"),
    Field(examples=["6922a0000000000000000002"]),
]
CAMEL: Final = ConfigDict(alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True)


class TaskFields(BaseModel):
    """The fields that a client sets. A document from before a field existed has its default.

    So every field but `title` and `status` has a default, which is the value of a task that never
    had one.
    """

    model_config = CAMEL

    title: Title
    status: Status
    description: Description = ""
    due: NewDue | None = None
    priority: Priority = 0
    list: ListName = ""
    labels: Labels = []
    checklist: NewChecklist = []


def _refuse_after(_value: object) -> None:
    raise ValueError("can only be sent in a PATCH: a new task is on top")


class NewTask(TaskFields):
    """The body of `POST /api/tasks`; unknown fields are ignored."""

    after: Annotated[SkipJsonSchema[Any], AfterValidator(_refuse_after), Field(exclude=True)] = None


def _without_defaults(schema: dict[str, Any]) -> None:
    schema["minProperties"] = 1
    for field in schema["properties"].values():
        del field["default"]


class TaskChanges(TaskFields):
    """Some fields of a task: one left out stays as it was, null clears `due`."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    # These defaults are never read: `given` returns only what was sent.
    title: Title = ""
    status: Status = ""

    @model_validator(mode="after")
    def _refuse_nothing(self) -> Self:
        if not self.model_fields_set:
            names = ", ".join(type(self).model_fields)
            raise ValueError(f"nothing to change: send any of {names}")
        return self

    def given(self) -> dict[str, Any]:
        """The fields that were sent, by name."""
        return {
            name: getattr(self, name)
            for name in self.model_fields_set
            if name in TaskFields.model_fields
        }


class TaskPatch(TaskChanges):
    """The body of `PATCH /api/tasks/{id}`: a field left out stays as it was, null clears `due`.

    `after` moves the task behind that one, null to the top.
    """

    after: TaskId | None = None

    @property
    def is_move(self) -> bool:
        return "after" in self.model_fields_set


# What MongoDB gives is aware and precise to the millisecond already: there is nothing to check.
Time = Annotated[
    datetime,
    PlainSerializer(to_iso_millis, return_type=str, when_used="json"),
    Field(json_schema_extra={"format": "date-time", "examples": ["2026-11-22T12:00:00.000Z"]}),
]
ItemList = list[Item]
TextList = list[str]


class UnreadableTask(Exception):
    """A document that this release cannot show. `task_id` says which; nothing else of it is told."""

    def __init__(self, task_id: str) -> None:
        super().__init__(task_id)
        self.task_id = task_id


class Task(BaseModel):
    """A task as its owner sees it. `version` starts at 1 and counts its changes; times are UTC."""

    model_config = CAMEL | ConfigDict(strict=True, json_schema_serialization_defaults_required=True)

    title: Annotated[str, Field(examples=["Water the plants"])]
    status: Annotated[str, Field(examples=["In Progress"])]
    description: Annotated[str, Field(examples=["The ferns too."])] = ""
    due: Due | None = None
    priority: Annotated[int, Field(examples=[2])] = 0
    list: Annotated[str, Field(examples=["Home"])] = ""
    labels: Annotated[TextList, Field(default_factory=TextList, examples=[["errand"]])]
    checklist: Annotated[
        ItemList,
        Field(
            default_factory=ItemList,
            examples=[[{"id": "a1", "text": "Fill the can", "done": False}]],
        ),
    ]
    id: Annotated[str, Field(alias="_id", examples=["6922a0000000000000000002"])]
    user: Annotated[str, Field(examples=["6922a0000000000000000001"])]
    created_at: Time
    updated_at: Time
    completed_at: Annotated[Time | None, Field(examples=[None])] = None
    deleted_at: Annotated[Time | None, Field(examples=[None])] = None
    version: Annotated[int, Field(examples=[3])]
    rank: Annotated[str, Field(examples=["xvrk3AMa5iOQ1Xm8Kpv"])]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """What the document says; a field that it does not have yet is at its default.

        The rules for a field are not applied: they may have been others when the document was
        written. UnreadableTask if it cannot be shown.
        """
        values: Document = {"version": 1, "updatedAt": document.get("createdAt")} | document
        values["_id"] = str(document["_id"])
        try:
            if values.get("rank") is None:
                values["rank"] = first_rank(document["createdAt"], document["_id"])
            task = cls.model_validate(values)
        except (ValidationError, KeyError, TypeError, AttributeError):
            raise UnreadableTask(values["_id"]) from None
        # The release before `completedAt` and `deletedAt` may have written last.
        if task.completed_at is not None and not is_completed(task.status):
            task.completed_at = None
        if task.deleted_at is None and document.get("deleted"):
            task.deleted_at = task.updated_at
        return task


class StoredTask(Task):
    """A document of the collection `tasks`, but for its events (see `tasks.py` and `events.py`).

    Times are UTC, to the millisecond. An optional mark is None where the document has none.
    """

    deleted: bool = False
    """In the trash: gone for every other reader, and kept until it expires."""
    sent_version: int = 0
    """The broker has confirmed the events up to this version."""
    fence: int = 0
    """The fencing number of the relay that wrote `sent_version`."""
    unsent_since: datetime | None = None
    """When the oldest waiting event was written."""
    shard: int | None = None
    """By which shard its events are sent (see `shards.py`)."""
    expires_at: datetime | None = None
    """When a task in the trash may be removed."""

    def to_document(self) -> Document:
        """As it is stored: by the names of the API, without the marks that it does not have."""
        return {"_id": ObjectId(self.id)} | self.model_dump(exclude={"id"}, exclude_none=True)
