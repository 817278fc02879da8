"""The shapes that clients send and get."""

from datetime import datetime
from typing import Annotated, Self

from chassis.bodies import NO_NUL
from chassis.mongo import Document
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
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), NO_NUL
]
Status = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20), NO_NUL
]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), NO_NUL]


class NewTask(BaseModel):
    """The body of `POST /api/tasks`; unknown fields are ignored."""

    title: Title
    description: Description = ""
    status: Status


class TaskChanges(BaseModel):
    """The body of `PATCH /api/tasks/{id}`: a field left out stays as it was, null is refused."""

    # The defaults are never read: `given` tells what was sent from what was left out.
    title: Title = ""
    description: Description = ""
    status: Status = ""

    @model_validator(mode="after")
    def _refuse_nothing(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing to change: send title, description or status")
        return self

    def given(self) -> dict[str, str]:
        """The fields that were sent, by name."""
        return self.model_dump(exclude_unset=True)


# What MongoDB gives is aware and precise to the millisecond already: there is nothing to check.
Time = Annotated[datetime, PlainSerializer(to_iso_millis, return_type=str, when_used="json")]


class _Answer(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )


class Task(_Answer):
    """A task as its owner sees it. `version` starts at 1 and counts its changes."""

    id: Annotated[str, Field(alias="_id")]
    title: str
    description: str
    status: str
    user: str
    created_at: Time
    updated_at: Time
    version: int

    @classmethod
    def from_document(cls, document: Document) -> Self:
        return cls(
            id=str(document["_id"]),
            title=document["title"],
            description=document["description"],
            status=document["status"],
            user=document["user"],
            created_at=document["createdAt"],
            updated_at=document["updatedAt"],
            version=document["version"],
        )


class TaskPage(_Answer):
    """`total_tasks` counts all of the user's tasks; `next_cursor` is None on the last page."""

    total_tasks: int
    tasks: list[Task]
    next_cursor: str | None


class TaskAnswer(_Answer):
    """One task."""

    task: Task


class ChangeAnswer(TaskAnswer):
    """What was done, and to which task."""

    msg: str


class DeleteAnswer(_Answer):
    """What was done."""

    msg: str
