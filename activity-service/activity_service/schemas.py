"""The shapes of the answers."""

from typing import Annotated

from contracts.events import Change, UtcMillis
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Answer(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )


class Activity(_Answer):
    """One line of the feed. `id` is the event's; `recorded_at` is when the feed got it; in `changes` of a create every `from` is null.

    `batch_id` is that of the bulk or undo that it was part of, `caused_by` the event that it undoes.
    """

    id: Annotated[str, Field(examples=["0d6f1c9f4b0e4c6c9b0d3a54d5a3f0a1"])]
    type: Annotated[str, Field(examples=["TaskUpdated"])]
    task_id: Annotated[str, Field(examples=["6922a0000000000000000002"])]
    task_title: Annotated[str, Field(examples=["Water the plants"])]
    message: Annotated[str, Field(examples=["Task 'Water the plants' updated."])]
    timestamp: Annotated[UtcMillis, Field(examples=["2026-11-22T12:00:00.000Z"])]
    recorded_at: Annotated[UtcMillis, Field(examples=["2026-11-22T12:00:00.020Z"])]
    changes: Annotated[
        dict[str, Change],
        Field(examples=[{"status": {"from": "Not Started", "to": "In Progress"}}]),
    ]
    batch_id: Annotated[str | None, Field(examples=[None])]
    caused_by: Annotated[str | None, Field(examples=[None])]


class FeedPage(_Answer):
    """A page, newest first; `next_cursor` is None on the last one.

    After `stream_cursor` the stream goes on, with nothing left out between the page and it.
    """

    activities: list[Activity]
    next_cursor: Annotated[str | None, Field(examples=[None])]
    stream_cursor: Annotated[str, Field(examples=["WyI4MjZCMDkzQUQ1Il0.Jw5tJ2y3dC0"])]


class LatestActivity(_Answer):
    """The newest activity of a task, as a sentence."""

    activity: Annotated[str, Field(examples=["Task 'Water the plants' created."])]
