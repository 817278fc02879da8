"""The HTTP side of tasks."""

from typing import Annotated

from bson import ObjectId
from chassis.bodies import StrictJsonRoute
from chassis.identity import User
from chassis.paging import MAX_LIMIT, WholeNumber
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import StringConstraints

from tasks_service.listing import Listing
from tasks_service.preconditions import IfMatch, etag
from tasks_service.schemas import (
    ChangeAnswer,
    DeleteAnswer,
    NewTask,
    TaskAnswer,
    TaskChanges,
    TaskPage,
)
from tasks_service.tasks import Tasks


async def _tasks(request: Request) -> Tasks:
    tasks: Tasks = request.scope["state"]["tasks"]
    return tasks


async def _listing(request: Request) -> Listing:
    listing: Listing = request.scope["state"]["listing"]
    return listing


async def _if_match(request: Request) -> IfMatch | None:
    return IfMatch.parse(request.headers.getlist("if-match"))


TaskId = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{24}$"), Path(alias="id")]
TheTasks = Annotated[Tasks, Depends(_tasks)]
Condition = Annotated[IfMatch | None, Depends(_if_match)]

router = APIRouter(prefix="/api/tasks", route_class=StrictJsonRoute)


@router.post("", status_code=201)
async def create_task(
    user: User, new: NewTask, tasks: TheTasks, response: Response
) -> ChangeAnswer:
    task = await tasks.create(user.id, new)
    response.headers["location"] = f"/api/tasks/{task.id}"
    response.headers["etag"] = etag(task.version)
    return ChangeAnswer(msg="Task successfully created", task=task)


@router.get("")
async def list_tasks(
    user: User,
    listing: Annotated[Listing, Depends(_listing)],
    page: WholeNumber = 1,
    limit: WholeNumber = MAX_LIMIT,
    cursor: str | None = None,
) -> TaskPage:
    return await listing.page(user.id, page=page, limit=limit, cursor=cursor)


@router.get("/{id}")
async def read_task(user: User, task_id: TaskId, tasks: TheTasks, response: Response) -> TaskAnswer:
    task = await tasks.get(user.id, ObjectId(task_id))
    response.headers["etag"] = etag(task.version)
    return TaskAnswer(task=task)


@router.patch("/{id}")
async def update_task(  # noqa: PLR0913 — one parameter per thing the request brings
    *,
    user: User,
    task_id: TaskId,
    changes: TaskChanges,
    if_match: Condition,
    tasks: TheTasks,
    response: Response,
) -> ChangeAnswer:
    task = await tasks.update(user.id, ObjectId(task_id), changes, if_match)
    response.headers["etag"] = etag(task.version)
    return ChangeAnswer(msg="Task successfully updated", task=task)


@router.delete("/{id}")
async def delete_task(
    user: User, task_id: TaskId, if_match: Condition, tasks: TheTasks
) -> DeleteAnswer:
    await tasks.delete(user.id, ObjectId(task_id), if_match)
    return DeleteAnswer(msg="Task successfully deleted")
