"""The HTTP side of tasks."""

from typing import Annotated

from bson import ObjectId
from chassis.errors import BadRequest
from chassis.identity import User
from chassis.openapi import Responses, error_responses
from chassis.query import query_parameters, query_reader
from chassis.state import from_state
from contracts.errors import FieldError
from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import StringConstraints

from tasks_service.answers import ChangeAnswer, DeleteAnswer, TaskAnswer, TaskChangedBody, TaskPage
from tasks_service.bulk import Bulk
from tasks_service.bulk_schemas import BulkAnswer, BulkChange
from tasks_service.facets import FacetCounts, Facets
from tasks_service.filter_input import FacetsQuery, ListQuery, filters_of
from tasks_service.idempotent_route import KEY_REFUSED, REPLAYED, IdempotentRoute, TheOperation
from tasks_service.listing import Listing
from tasks_service.preconditions import IfMatch, etag
from tasks_service.schemas import NewTask, TaskPatch
from tasks_service.sorts import Sort
from tasks_service.tasks import Tasks
from tasks_service.undo import Undo
from tasks_service.undo_schemas import UndoAnswer, UndoConflictBody, UndoRequest


async def _if_match(
    headers: Annotated[
        list[str] | None,
        Header(alias="if-match", description="Entity tags: change only these versions"),
    ] = None,
) -> IfMatch | None:
    return IfMatch.parse(headers or [])


TaskId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-fA-F]{24}$"),
    Path(alias="id", examples=["6922a0000000000000000002"]),
]
TheTasks = Annotated[Tasks, from_state("tasks")]
TheUndo = Annotated[Undo, from_state("undo")]
TheBulk = Annotated[Bulk, from_state("bulk")]
Condition = Annotated[IfMatch | None, Depends(_if_match)]

_ETAG = {"ETag": {"description": "The version, quoted", "schema": {"type": "string"}}}
_LOCATION = {"Location": {"description": "The task's path", "schema": {"type": "string"}}}
_CREATED: Responses = {201: {"headers": _LOCATION | _ETAG | REPLAYED}}
_REPLAYABLE: Responses = {200: {"headers": REPLAYED}}
_WITH_ETAG: Responses = {200: {"headers": _ETAG}}
_RESTORED: Responses = {200: {"headers": _ETAG | REPLAYED}}
_LIMITED = error_responses({409: "You have 100000 tasks, and no more are allowed"})
_UNDO_REFUSED: Responses = {409: {"model": UndoConflictBody}}
_CHANGED: Responses = {412: {"model": TaskChangedBody}}


def _responses(verb: str) -> Responses:
    return error_responses({403: f"Not authorized to {verb} this task", 404: "Task not found"})


router = APIRouter(prefix="/api/tasks", route_class=IdempotentRoute, tags=["tasks"])


@router.post("", status_code=201, responses=_CREATED | _LIMITED | KEY_REFUSED)
async def create_task(
    user: User, new: NewTask, operation: TheOperation, tasks: TheTasks, response: Response
) -> ChangeAnswer:
    task, event_id = await tasks.create(user.id, new, operation)
    response.headers["location"] = f"/api/tasks/{task.id}"
    response.headers["etag"] = etag(task.version)
    return ChangeAnswer(msg="Task successfully created", task=task, event_id=event_id)


@router.get("", openapi_extra=query_parameters(ListQuery))
async def list_tasks(
    user: User,
    asked: Annotated[ListQuery, Depends(query_reader(ListQuery))],
    listing: Annotated[Listing, from_state("listing")],
) -> TaskPage:
    return await listing.page(
        user.id,
        filters_of(asked),
        Sort.of(asked.sort, asked.order),
        page=asked.page,
        limit=asked.limit,
        cursor=asked.cursor,
    )


@router.get("/facets", openapi_extra=query_parameters(FacetsQuery))
async def count_facets(
    user: User,
    facets: Annotated[FacetCounts, from_state("facets")],
    asked: Annotated[FacetsQuery, Depends(query_reader(FacetsQuery))],
) -> Facets:
    return await facets.read(user.id, asked.tz)


@router.get("/{id}", responses=_WITH_ETAG | _responses("read"))
async def read_task(user: User, task_id: TaskId, tasks: TheTasks, response: Response) -> TaskAnswer:
    task = await tasks.get(user.id, ObjectId(task_id))
    response.headers["etag"] = etag(task.version)
    return TaskAnswer(task=task)


@router.patch("/{id}", responses=_WITH_ETAG | _CHANGED | _responses("update"))
async def update_task(  # noqa: PLR0913 — one parameter per thing the request brings
    *,
    user: User,
    task_id: TaskId,
    changes: TaskPatch,
    if_match: Condition,
    tasks: TheTasks,
    response: Response,
) -> ChangeAnswer:
    task, event_id = await tasks.update(user.id, ObjectId(task_id), changes, if_match)
    response.headers["etag"] = etag(task.version)
    return ChangeAnswer(msg="Task successfully updated", task=task, event_id=event_id)


@router.delete("/{id}", responses=_CHANGED | _responses("delete"))
async def delete_task(
    user: User, task_id: TaskId, if_match: Condition, tasks: TheTasks
) -> DeleteAnswer:
    _, event_id = await tasks.delete(user.id, ObjectId(task_id), if_match)
    return DeleteAnswer(msg="Task successfully deleted", event_id=event_id)


@router.post(
    "/{id}/restore", responses=_RESTORED | _CHANGED | _responses("update") | _LIMITED | KEY_REFUSED
)
async def restore_task(  # noqa: PLR0913 — one parameter per thing the request brings
    *,
    user: User,
    task_id: TaskId,
    operation: TheOperation,
    if_match: Condition,
    tasks: TheTasks,
    response: Response,
) -> ChangeAnswer:
    task, event_id = await tasks.restore(user.id, ObjectId(task_id), if_match, operation)
    response.headers["etag"] = etag(task.version)
    return ChangeAnswer(msg="Task successfully restored", task=task, event_id=event_id)


async def _without_if_match(request: Request) -> None:
    if "if-match" in request.headers:
        fault = FieldError(field="if-match", message="must not be sent: each task has a version")
        raise BadRequest("Invalid input", errors=[fault])


@router.post(
    "/bulk",
    dependencies=[Depends(_without_if_match)],
    responses=_REPLAYABLE | KEY_REFUSED,
)
async def change_tasks(
    user: User, change: BulkChange, operation: TheOperation, bulk: TheBulk
) -> BulkAnswer:
    return await bulk.change(user.id, change, operation)


@router.post(
    "/undo",
    dependencies=[Depends(_without_if_match)],
    responses=_REPLAYABLE | _UNDO_REFUSED | error_responses({404: "Event not found"}) | KEY_REFUSED,
)
async def undo_events(
    user: User, asked: UndoRequest, operation: TheOperation, undo: TheUndo
) -> UndoAnswer:
    return await undo.undo(user.id, asked, operation)
