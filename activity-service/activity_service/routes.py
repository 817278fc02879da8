"""The HTTP side of the feed."""

from typing import Annotated, Literal

from chassis.errors import BadRequest
from chassis.identity import User
from chassis.openapi import error_responses
from chassis.paging import MAX_LIMIT, WholeNumber
from chassis.state import from_state
from contracts.errors import FieldError
from fastapi import APIRouter, Query
from pydantic import StringConstraints

from activity_service.feed import Feed
from activity_service.schemas import FeedPage, LatestActivity

TaskId = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{24}$", to_lower=True)]

router = APIRouter(tags=["activity"])


@router.get(
    "/api/activity", responses=error_responses({403: "Not authorized", 404: "Activity not found"})
)
async def read_activity(  # noqa: PLR0913  one parameter per query value
    *,
    user: User,
    feed: Annotated[Feed, from_state("feed")],
    limit: WholeNumber = MAX_LIMIT,
    cursor: str | None = None,
    task_id: Annotated[TaskId | None, Query(alias="taskId")] = None,
    latest: Literal["true", "false"] = "false",
) -> FeedPage | LatestActivity:
    if latest == "false":
        return await feed.page(user.id, limit=limit, cursor=cursor, task_id=task_id)
    if task_id is None:
        missing = FieldError(field="taskId", message="Field required with latest=true")
        raise BadRequest("Invalid input", errors=[missing])
    return LatestActivity(activity=await feed.latest(user.id, task_id))
