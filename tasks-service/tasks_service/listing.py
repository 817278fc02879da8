"""A user's tasks, newest first: by page number, or by cursor at the same cost at any depth."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import pymongo
import structlog
from bson import ObjectId
from chassis.mongo import OPERATION_TIMEOUT, Database, Document
from chassis.paging import Cursors, page_length
from pymongo.errors import AutoReconnect

from tasks_service.schemas import Task, TaskPage, UnreadableTask
from tasks_service.tasks import COLLECTION, NEWEST_FIRST, WITHOUT_EVENTS

log = structlog.get_logger()

_MAX_SKIP = 2**31 - 1  # beyond every list, and still a number that MongoDB takes


class Position(NamedTuple):
    """Where a task stands in the list; `created_at` is aware, `id` 24 hexadecimal digits."""

    created_at: datetime
    id: str


class Listing:
    """The tasks as their owners list them."""

    def __init__(self, database: Database, cursors: Cursors[Position]) -> None:
        self._database = database
        self._cursors = cursors

    async def page(self, user_id: str, *, page: int, limit: int, cursor: str | None) -> TaskPage:
        """One page; with a `cursor`, the tasks behind it, and `page` does not count.

        BadRequest for a cursor that this list did not give.
        """
        own = {"user": user_id, "deleted": False}
        limit = page_length(limit)
        if cursor is None:
            tasks = await self._find(own, limit + 1, skip=(max(page, 1) - 1) * limit)
        else:
            tasks = await self._find(own | _behind(self._cursors.decode(cursor)), limit + 1)
        shown = _readable(tasks[:limit])
        # Most lists fit on one page. Counted at another moment, the number might be another.
        is_whole = cursor is None and page <= 1 and len(tasks) == len(shown)
        is_last = not tasks[limit:] or not shown
        return TaskPage(
            total_tasks=len(shown) if is_whole else await self._count(own),
            tasks=shown,
            next_cursor=None if is_last else self._cursors.encode(_position(shown[-1])),
        )

    async def _find(self, query: dict[str, Any], limit: int, skip: int = 0) -> list[Document]:
        found = self._database[COLLECTION].find(query, WITHOUT_EVENTS).sort(NEWEST_FIRST)
        return await found.skip(min(skip, _MAX_SKIP)).limit(limit).to_list()

    async def _count(self, query: dict[str, Any]) -> int:
        # The driver retries no command of our own, unlike `find`: a fail-over fails it once.
        with pymongo.timeout(OPERATION_TIMEOUT):
            try:
                return await self._count_once(query)
            except AutoReconnect:
                return await self._count_once(query)

    async def _count_once(self, query: dict[str, Any]) -> int:
        # count_documents is an aggregation: the driver retries it, and it takes twice as long.
        answer = await self._database.command("count", COLLECTION, query=query)
        return int(answer["n"])


def _behind(position: Position) -> dict[str, Any]:
    # The first condition bounds the walk over the index, which $or alone does not; the second
    # only leaves out the tasks of that very millisecond that have been shown.
    created_at, last_id = position
    return {
        "createdAt": {"$lte": created_at},
        "$or": [{"createdAt": {"$lt": created_at}}, {"_id": {"$lt": ObjectId(last_id)}}],
    }


def _position(task: Task) -> Position:
    return Position(task.created_at, task.id)


def _readable(documents: Sequence[Document]) -> list[Task]:
    """Those that this release can show: one odd document does not take the list with it."""
    tasks = []
    for document in documents:
        try:
            tasks.append(Task.from_document(document))
        except UnreadableTask as error:
            log.error("task cannot be read", task=error.task_id)  # noqa: TRY400 — its text is nobody's business
    return tasks
