"""Whether a user may do something to a task: it is there, it is theirs, and it is the version they mean."""

from typing import Final

import structlog
from chassis.errors import Forbidden, NotFound, PreconditionFailed
from chassis.mongo import Document

from tasks_service.answers import TaskAnswer
from tasks_service.preconditions import IfMatch, etag
from tasks_service.schemas import StoredTask, UnreadableTask

NOT_FOUND: Final = "Task not found"

log = structlog.get_logger()


def readable(document: Document | None) -> StoredTask:
    """The task in a document. NotFound if there is none, or none that can be read."""
    if document is None:
        raise NotFound(NOT_FOUND)
    try:
        return StoredTask.from_document(document)
    except UnreadableTask as error:
        log.error("task cannot be read", task=error.task_id)  # noqa: TRY400 — its text is nobody's business
        raise NotFound(NOT_FOUND) from None


def own(task: StoredTask, user_id: str, verb: str) -> StoredTask:
    if task.user != user_id:
        raise Forbidden(f"Not authorized to {verb} this task")
    return task


def live(task: StoredTask, user_id: str, verb: str) -> StoredTask:
    if task.deleted:
        raise NotFound(NOT_FOUND)
    return own(task, user_id, verb)


def in_trash(task: StoredTask, user_id: str) -> StoredTask:
    """NotFound unless it is in the trash, Forbidden if it is another user's."""
    own(task, user_id, "update")
    if not task.deleted:
        raise NotFound(NOT_FOUND)
    return task


def check_precondition(task: StoredTask, if_match: IfMatch | None) -> None:
    if if_match is None or if_match.allows(task.version):
        return
    current = TaskAnswer(task=task).model_dump(mode="json")
    raise PreconditionFailed(
        "The task has been changed in the meantime",
        headers={"etag": etag(task.version)},
        extra=current,
    )
