"""A user's tasks, filtered and sorted: by page number, or by cursor at the same cost at any depth."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

import structlog
from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.mongo import Database, Document
from chassis.paging import Cursors, page_length

from tasks_service.answers import TaskPage
from tasks_service.collection import COLLECTION, NEWEST, SHOWN
from tasks_service.derived import SEARCH
from tasks_service.filters import Filters
from tasks_service.hints import count, hinted
from tasks_service.schemas import Task, UnreadableTask
from tasks_service.sorts import Sort, ids_in, time_in, time_key
from tasks_service.stale import StaleTasks

log = structlog.get_logger()

EVERY: Final = Filters()
NEWEST_FIRST: Final = Sort()
_MAX_SKIP: Final = 2**31 - 1  # beyond every list, and still a number that MongoDB takes


class Position(NamedTuple):
    """Where a task stands in a list: its key, see `sorts.py`."""

    key: str


class _Asked(NamedTuple):
    """Which part of which list: behind a key, or behind so many tasks. `limit` is that of a page."""

    query: Document
    counted_by: str
    sort: Sort
    key: str | None
    skip: int
    limit: int

    def is_all(self, found: Sequence[object]) -> bool:
        """Whether what was found, with one more than the page asked for, is the whole list."""
        return self.skip == 0 and self.key is None and len(found) <= self.limit


class _Page(NamedTuple):
    """`last` is the key behind which the next page begins."""

    total: int
    documents: list[Document]
    last: str | None


class Listing:
    """The tasks as their owners list them."""

    def __init__(
        self, database: Database, cursors: Cursors[Position], *, now: Clock = utc_now
    ) -> None:
        self._tasks = database[COLLECTION]
        self._cursors = cursors
        self._stale = StaleTasks(database)
        self._now = now

    async def page(  # noqa: PLR0913 — one parameter per thing a list is asked for
        self,
        user_id: str,
        filters: Filters = EVERY,
        sort: Sort = NEWEST_FIRST,
        *,
        page: int = 1,
        limit: int,
        cursor: str | None = None,
    ) -> TaskPage:
        """One page; with a `cursor`, the tasks behind it, and `page` does not count.

        BadRequest for a cursor that this list did not give, or gave for another user, other
        filters or another order.
        """
        of = f"{user_id} {filters} {sort}"
        limit = page_length(limit)
        key = None if cursor is None else self._cursors.decode(cursor, of=of).key
        skip = min((max(page, 1) - 1) * limit, _MAX_SKIP) if key is None else 0
        query = filters.query(user_id, self._now())
        asked = _Asked(query, filters.index, sort, key, skip, limit)
        if filters.is_whole and sort.name == "created":
            found = await self._newest(asked)
        else:
            await self._stale.fill(user_id)
            found = await self._sorted(asked)
        return TaskPage(
            total_tasks=found.total,
            tasks=_readable(found.documents),
            next_cursor=found.last and self._cursors.encode(Position(found.last), of=of),
        )

    async def matching(self, user_id: str, filters: Filters, *, limit: int) -> list[ObjectId]:
        """The ids of at most so many tasks that match, newest first."""
        await self._stale.fill(user_id)
        query = filters.query(user_id, self._now())
        asked = _Asked(query, filters.index, NEWEST_FIRST, None, 0, limit)
        return ids_in((await self._keys(asked))[:limit])

    async def _newest(self, asked: _Asked) -> _Page:
        """All tasks by the time of their creation: their documents, in the order of an index."""
        query, sort, limit = asked.query, asked.sort, asked.limit
        behind = {} if asked.key is None else _created_behind(asked.key, sort)

        async def find(hint: str | None) -> list[Document]:
            found = self._tasks.find(query | behind, SHOWN, hint=hint)
            found = found.sort([("createdAt", sort.direction), ("_id", sort.direction)])
            return await found.skip(asked.skip).limit(limit + 1).to_list()

        documents = await hinted(NEWEST, find)
        # Counted at another moment, the number might be another.
        is_all = asked.is_all(documents)
        total = len(documents) if is_all else await count(self._tasks, NEWEST, query)
        last = _last_key(documents[:limit]) if documents[limit:] else None
        return _Page(total, documents[:limit], last)

    async def _sorted(self, asked: _Asked) -> _Page:
        """The keys of the tasks, by the index alone, and then the documents of the page."""
        counting = partial(count, self._tasks, asked.counted_by, asked.query)
        if asked.sort.name == "created":
            # The index has this order: the page ends early, or else it often has all there are.
            keys = await self._keys(asked)
            total = len(keys) if asked.is_all(keys) else await counting()
        else:
            keys, number = await asyncio.gather(self._keys(asked), counting())
            total = len(keys) if asked.is_all(keys) else number
        limit = asked.limit
        documents = await self._read(asked.query, ids_in(keys[:limit]))
        return _Page(total, documents, keys[limit - 1] if keys[limit:] else None)

    async def _keys(self, asked: _Asked) -> list[str]:
        """The keys of the page's tasks and, if there is one, of the task behind it."""
        keys: list[str] = []
        wanted, skip = asked.limit + 1, asked.skip
        for part in asked.sort.parts(asked.key):
            of_part = {"$and": [asked.query, part]}
            found = await self._keys_of_part(of_part, asked.sort, skip, wanted - len(keys))
            keys += found
            if len(keys) == wanted:
                break
            if skip:
                skip = 0 if found else max(0, skip - await count(self._tasks, SEARCH, of_part))
        return keys

    async def _keys_of_part(self, query: Document, sort: Sort, skip: int, limit: int) -> list[str]:
        async def find(hint: str | None) -> list[Document]:
            found = self._tasks.find(query, {"_id": False, sort.field: True}, hint=hint)
            found = found.sort(sort.field, sort.direction)
            return await found.skip(skip).limit(limit).to_list()

        return [row["derived"][sort.name] for row in await hinted(SEARCH, find)]

    async def _read(self, query: Document, ids: Sequence[ObjectId]) -> list[Document]:
        """The tasks with these ids, in their order, without what has moved to or from the trash."""
        same = {name: query[name] for name in ("user", "deleted")}
        found = await self._tasks.find({"_id": {"$in": ids}} | same, SHOWN).to_list()
        by_id = {task["_id"]: task for task in found}
        return [by_id[task_id] for task_id in ids if task_id in by_id]


def _created_behind(key: str, sort: Sort) -> Document:
    # The first condition bounds the walk over the index, which $or alone does not; the second
    # only leaves out the tasks of that very millisecond that have been shown.
    created_at, [task_id] = time_in(key), ids_in([key])
    return {
        "createdAt": {f"{sort.behind}e": created_at},
        "$or": [{"createdAt": {sort.behind: created_at}}, {"_id": {sort.behind: task_id}}],
    }


def _last_key(documents: Sequence[Document]) -> str | None:
    """Of the last task that has a time of creation."""
    for task in reversed(documents):
        if isinstance(created_at := task.get("createdAt"), datetime):
            return time_key(created_at, task["_id"])
    return None


def _readable(documents: Sequence[Document]) -> list[Task]:
    """Those that this release can show: one odd document does not take the list with it."""
    tasks = []
    for document in documents:
        try:
            tasks.append(Task.from_document(document))
        except UnreadableTask as error:
            log.error("task cannot be read", task=error.task_id)  # noqa: TRY400 — its text is nobody's business
    return tasks
