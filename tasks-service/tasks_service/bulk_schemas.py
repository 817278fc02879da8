"""The body of `POST /api/tasks/bulk`, and its answer."""

from typing import Annotated, Any, Final, Literal, Self

from chassis.bodies import StrictObject
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from tasks_service.fields import Labels
from tasks_service.filter_input import Where, filters_of
from tasks_service.schemas import TaskChanges

MAX_TASKS: Final = 500

_EXAMPLE: Final = {"ids": ["6922a0000000000000000002"], "set": {"priority": 3}}

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{24}$")]
SomeLabels = Annotated[Labels, Field(min_length=1, default_factory=list)]


class SetFields(TaskChanges, StrictObject):
    """New values for all of the tasks. What is no field is refused: a slip would change many."""


def _as_sent(schema: dict[str, Any]) -> None:
    schema["examples"] = [_EXAMPLE]
    for field in schema["properties"].values():
        field.pop("default", None)


class BulkChange(StrictObject):
    """Which tasks, by `ids` or `where`, and what is done to each: `action`, or any of the rest."""

    model_config = ConfigDict(alias_generator=to_camel, json_schema_extra=_as_sent)

    # These defaults are never read: `model_fields_set` has what was sent.
    ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_TASKS, default_factory=list)]
    where: Where = Where()
    action: Literal["delete", "restore"] = "delete"
    set_: Annotated[SetFields, Field(alias="set", default_factory=SetFields.model_construct)]
    add_labels: SomeLabels
    remove_labels: SomeLabels

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        sent = self.model_fields_set
        if len(sent & {"ids", "where"}) != 1:
            raise ValueError("must have exactly one of ids and where")
        if "where" in sent and filters_of(self.where).is_empty:
            raise ValueError("where must filter: it would be all tasks")
        edits = sent & {"set_", "add_labels", "remove_labels"}
        if ("action" in sent) == bool(edits):
            raise ValueError("must have either action, or any of set, addLabels and removeLabels")
        if "labels" in self.set_.model_fields_set and len(edits) > 1:
            raise ValueError("must not set labels beside addLabels or removeLabels")
        if _folded(self.add_labels) & _folded(self.remove_labels):
            raise ValueError("must not add and remove the same label")
        return self

    @property
    def does(self) -> Literal["delete", "restore", "update"]:
        """What it does to each task."""
        return self.action if "action" in self.model_fields_set else "update"


def _folded(labels: list[str]) -> set[str]:
    return {label.casefold() for label in labels}


class _Answer(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )


class BulkResult(_Answer):
    """What became of one task; `version` is None where the task is not there, or another's."""

    id: Annotated[str, Field(alias="_id", examples=["6922a0000000000000000002"])]
    status: Annotated[Literal[200, 400, 403, 404, 503], Field(examples=[200])]
    version: Annotated[int | None, Field(examples=[4])]


class BulkAnswer(_Answer):
    """In the order asked; `batch_id` is that of the events, None where nothing changed."""

    batch_id: Annotated[str | None, Field(examples=["6922a0000000000000000009"])]
    results: list[BulkResult]
