"""The shapes of the answers."""

from contracts.events import Change, EventType, UtcMillis
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class _Answer(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )


class Activity(_Answer):
    """One line of the feed. `id` is the event's; `changes` is empty unless an update has some."""

    id: str
    type: EventType
    task_id: str
    task_title: str
    message: str
    timestamp: UtcMillis
    changes: dict[str, Change]


class FeedPage(_Answer):
    """A page, newest first; `next_cursor` is None on the last one."""

    activities: list[Activity]
    next_cursor: str | None


class LatestActivity(_Answer):
    """The newest activity of a task, as a sentence."""

    activity: str
