"""The HTTP side of the feed."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from chassis.errors import BadRequest
from chassis.identity import User
from chassis.openapi import error_responses
from chassis.paging import MAX_LIMIT, WholeNumber
from chassis.state import from_state
from contracts.errors import FieldError
from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import StringConstraints

from activity_service.feed import Feed
from activity_service.schemas import FeedPage, LatestActivity
from activity_service.streams import Step, Streams, retry_milliseconds

TaskId = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{24}$", to_lower=True)]

router = APIRouter(tags=["activity"])


@router.get(
    "/api/activity", responses=error_responses({403: "Not authorized", 404: "Activity not found"})
)
async def read_activity(  # noqa: PLR0913  one parameter per query value
    *,
    user: User,
    feed: Annotated[Feed, from_state("feed")],
    streams: Annotated[Streams, from_state("streams")],
    limit: WholeNumber = MAX_LIMIT,
    cursor: str | None = None,
    task_id: Annotated[TaskId | None, Query(alias="taskId")] = None,
    latest: Literal["true", "false"] = "false",
) -> FeedPage | LatestActivity:
    if latest == "false":
        return await feed.page(
            user.id,
            limit=limit,
            cursor=cursor,
            task_id=task_id,
            stream_cursor=await streams.cursor_of_now(user.id),
        )
    if task_id is None:
        missing = FieldError(field="taskId", message="Field required with latest=true")
        raise BadRequest("Invalid input", errors=[missing])
    return LatestActivity(activity=await feed.latest(user.id, task_id))


async def open_stream(
    user: User,
    streams: Annotated[Streams, from_state("streams")],
    cursor: str | None = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterator[AsyncIterator[Step]]:
    """The stream of a client, from where it left off: it may repeat the cursor that it began with."""
    async with streams.open(user.id, last_event_id or cursor) as steps:
        yield steps


_STREAM_EXAMPLE = """: connected
retry: 2718

event: activity
data: {"id": "0d6f1c9f4b0e4c6c9b0d3a54d5a3f0a1", "type": "TaskCreated"}
id: WyI4MjZCMDkzQUQ1Il0.Jw5tJ2y3dC0

"""


@router.get(
    "/api/activity/stream",
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "Activities in the order in which they are recorded, without an end",
            "content": {
                "text/event-stream": {"schema": {"type": "string"}, "example": _STREAM_EXAMPLE}
            },
        }
    },
)
async def stream_activities(
    steps: Annotated[AsyncIterator[Step], Depends(open_stream)],
) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="connected", retry=retry_milliseconds())
    async for step in steps:
        yield _event_of(step)
    yield ServerSentEvent(comment="stopping", retry=retry_milliseconds())


def _event_of(step: Step) -> ServerSentEvent:
    if step.activity is not None:
        # Some clients also break lines at U+0085, U+2028 and U+2029, which JSON leaves as they are.
        data = step.activity.model_dump_json(by_alias=True, ensure_ascii=True)
        return ServerSentEvent(event="activity", id=step.cursor, raw_data=data)
    if step.is_reset:
        # An event without data is not dispatched (HTML, section 9.2.6).
        return ServerSentEvent(event="reset", id=step.cursor, raw_data="{}")
    return ServerSentEvent(comment="still here", id=step.cursor)
