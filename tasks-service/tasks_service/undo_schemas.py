"""The body of `POST /api/tasks/undo`, and its answers."""

from typing import Annotated, Any, Final, Self

from chassis.bodies import NO_NUL, StrictObject
from contracts.errors import ErrorBody
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from tasks_service.schemas import Task

EventId = Annotated[str, StringConstraints(min_length=1, max_length=64), NO_NUL]
_EVENT: Final = "0d6f1c9f4b0e4c6c9b0d3a54d5a3f0a1"
_BATCH: Final = "6922a0000000000000000009"


class UndoRequest(StrictObject):
    """What to undo: one event, or all events of a batch."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        json_schema_extra={"examples": [{"eventId": _EVENT}]},
    )

    event_id: EventId = ""
    batch_id: EventId = ""

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("must have exactly one of eventId and batchId")
        return self


class _Answer(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )


class UndoAnswer(_Answer):
    """The tasks as they are now; `batch_id` is that of the events, None where nothing changed."""

    msg: Annotated[str, Field(examples=["Undone"])] = "Undone"
    batch_id: Annotated[str | None, Field(examples=[_BATCH])]
    tasks: list[Task]


class UndoConflict(_Answer):
    """A field that has been changed since: the event made `to` of `from`, and it is `now`."""

    task_id: Annotated[str, Field(examples=["6922a0000000000000000002"])]
    field: Annotated[str, Field(examples=["title"])]
    from_: Annotated[Any, Field(alias="from", examples=["Water the plants"])]
    to: Annotated[Any, Field(examples=["Water the ferns"])]
    now: Annotated[Any, Field(examples=["Water them all"])]


class UndoConflictBody(ErrorBody):
    """The body of a 409: nothing has been undone."""

    message: Annotated[str, Field(examples=["It has been changed since"])]
    conflicts: list[UndoConflict]
