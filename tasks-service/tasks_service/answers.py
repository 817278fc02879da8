"""The bodies of responses about tasks."""

from typing import Annotated

from contracts.errors import ErrorBody
from pydantic import BaseModel, Field

from tasks_service.schemas import CAMEL, Task


class _Answer(BaseModel):
    model_config = CAMEL


class TaskPage(_Answer):
    """`total_tasks` counts all of the user's tasks; `next_cursor` is None on the last page."""

    total_tasks: Annotated[int, Field(examples=[1])]
    tasks: list[Task]
    next_cursor: Annotated[str | None, Field(examples=[None])]


class TaskAnswer(_Answer):
    """One task."""

    task: Task


class _ChangedBy(_Answer):
    event_id: Annotated[str | None, Field(examples=["0d6f1c9f4b0e4c6c9b0d3a54d5a3f0a1"])]
    """The event of the change; None where nothing changed."""


class ChangeAnswer(TaskAnswer, _ChangedBy):
    """What was done, and to which task; `event_id` is None where nothing changed."""

    msg: Annotated[str, Field(examples=["Task successfully updated"])]


class DeleteAnswer(_ChangedBy):
    """What was done."""

    msg: Annotated[str, Field(examples=["Task successfully deleted"])]


class TaskChangedBody(ErrorBody):
    """The body of a 412: the error, and the task as it is now."""

    message: Annotated[str, Field(examples=["The task has been changed in the meantime"])]
    task: Task
