"""A user's tasks, filtered and sorted: by page number, or by cursor at the same cost at any depth."""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

import structlog
from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.mongo import Database, Document
from chassis.paging import Cursors, page_length

from tasks_service.answers import TaskPage
from tasks_service.by_creation import ByCreation, last_key
from tasks_service.collection import COLLECTION, NEWEST, SHOWN
from tasks_service.filters import Filters
from tasks_service.hints import count
from tasks_service.matching import Matching
from tasks_service.ordered import Ordered
from tasks_service.parts import Asked, Page
from tasks_service.rows import Row, in_order, matching
from tasks_service.schemas import Task, UnreadableTask
from tasks_service.snapshots import Snapshots
from tasks_service.sorts import Sort, ids_in
from tasks_service.stale import StaleTasks

log = structlog.get_logger()

EVERY: Final = Filters()
NEWEST_FIRST: Final = Sort()
FEW: Final = 1000
"""So many tasks are read and sorted; of more, the index of the order soon gives a page."""

_BY_ID: Final = "_id_"
_MAX_SKIP: Final = 2**31 - 1  # beyond every list, and still a number that MongoDB takes


class Position(NamedTuple):
    """Where a task stands in a list: its key, see `sorts.py`."""

    key: str


class Listing:
    """The tasks as their owners list them. Up to `few` that match are sorted for each page."""

    def __init__(
        self,
        database: Database,
        cursors: Cursors[Position],
        snapshots: Snapshots,
        *,
        few: int = FEW,
        now: Clock = utc_now,
    ) -> None:
        self._tasks = database[COLLECTION]
        self._cursors = cursors
        self._few = few
        self._matching = Matching(self._tasks)
        self._ordered = Ordered(self._tasks)
        self._by_creation = ByCreation(self._tasks)
        self._stale = StaleTasks(database)
        self._snapshots = snapshots
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
        now = self._now()
        query = filters.query(user_id, now)
        asked = Asked(query, sort, key, skip, limit)
        if filters.is_whole and sort.name == "created":
            found = await self._newest(asked)
        else:
            await self._stale.fill(user_id)
            if filters.is_whole:
                found = await self._whole(asked)
            elif not filters.trash and (rows := await self._snapshots.rows(user_id)) is not None:
                found = await self._of_rows(asked, matching(rows, filters, now))
            elif sort.name == "created":
                found = await self._filtered(asked)
            else:
                found = await self._filtered_and_sorted(asked)
        return TaskPage(
            total_tasks=found.total,
            tasks=_readable(found.documents),
            next_cursor=found.last and self._cursors.encode(Position(found.last), of=of),
        )

    async def matching(self, user_id: str, filters: Filters, *, limit: int) -> list[ObjectId]:
        """The ids of at most so many tasks that match, newest first."""
        await self._stale.fill(user_id)
        query = filters.query(user_id, self._now())
        return ids_in(await self._matching.keys(query, NEWEST_FIRST, limit=limit))

    async def _newest(self, asked: Asked) -> Page:
        """All tasks by the time of their creation: their documents, in the order of an index."""
        query, limit = asked.query, asked.limit
        documents = await self._by_creation.documents(
            query, asked.sort, behind=asked.key, skip=asked.skip, limit=limit + 1
        )
        # Counted at another moment, the number might be another.
        is_all = asked.begins and len(documents) <= limit
        total = len(documents) if is_all else await count(self._tasks, NEWEST, query)
        last = last_key(documents[:limit]) if documents[limit:] else None
        return Page(total, documents[:limit], last)

    async def _whole(self, asked: Asked) -> Page:
        """All tasks, in the order of an index."""
        page, total = await asyncio.gather(
            self._in_order(asked, asked.query, asked.sort.by_index),
            count(self._tasks, NEWEST, asked.query),
        )
        is_all = asked.begins and page.last is None
        return page._replace(total=len(page.documents) if is_all else total)

    async def _of_rows(self, asked: Asked, rows: Sequence[Row]) -> Page:
        """What matches, of a snapshot: in order, and then the documents of the page."""
        keys = in_order(rows, asked.sort, behind=asked.key)[asked.skip :]
        documents = await self._read(asked.query, ids_in(keys[: asked.limit]))
        last = keys[asked.limit - 1] if keys[asked.limit :] else None
        return Page(len(rows), documents, last)

    async def _filtered(self, asked: Asked) -> Page:
        """What matches by the time of its creation: its keys, and then the documents of the page."""
        query, sort, limit = asked.query, asked.sort, asked.limit
        keys = await self._matching.keys(
            query, sort, behind=asked.key, skip=asked.skip, limit=limit + 1
        )
        total, documents = await asyncio.gather(
            self._matching.total(query, sort, keys, limit + 1)
            if asked.begins
            else self._matching.count(query),
            self._read(query, ids_in(keys[:limit])),
        )
        return Page(total, documents, keys[limit - 1] if keys[limit:] else None)

    async def _filtered_and_sorted(self, asked: Asked) -> Page:
        """What matches in another order: few are sorted, of many the first in order are read."""
        query = asked.query
        keys = await self._matching.keys(query, NEWEST_FIRST, limit=self._few + 1)
        if len(keys) <= self._few:
            these = _own(query) | {"_id": {"$in": ids_in(keys)}}
            return (await self._in_order(asked, these, _BY_ID))._replace(total=len(keys))
        page, total = await asyncio.gather(
            self._in_order(asked, query, asked.sort.by_index),
            self._matching.total(query, NEWEST_FIRST, keys, self._few + 1),
        )
        return page._replace(total=total)

    async def _in_order(self, asked: Asked, query: Document, index: str) -> Page:
        """The documents of the page that the query finds; not how many it finds in all."""
        sort, limit = asked.sort, asked.limit
        found = await self._ordered.documents(
            query, sort, index, behind=asked.key, skip=asked.skip, limit=limit + 1
        )
        last = found[limit - 1]["derived"][sort.name] if found[limit:] else None
        return Page(0, found[:limit], last)

    async def _read(self, query: Document, ids: Sequence[ObjectId]) -> list[Document]:
        """The tasks with these ids, in their order, without what has moved to or from the trash."""
        found = await self._tasks.find(
            _own(query) | {"_id": {"$in": ids}}, SHOWN, hint=_BY_ID
        ).to_list()
        by_id = {task["_id"]: task for task in found}
        return [by_id[task_id] for task_id in ids if task_id in by_id]


def _own(query: Document) -> Document:
    """The condition of the user's tasks that are in the trash, or of those that are not."""
    return {name: query[name] for name in ("user", "deleted")}


def _readable(documents: Sequence[Document]) -> list[Task]:
    """Those that this release can show: one odd document does not take the list with it."""
    tasks = []
    for document in documents:
        try:
            tasks.append(Task.from_document(document))
        except UnreadableTask as error:
            log.error("task cannot be read", task=error.task_id)  # noqa: TRY400 — its text is nobody's business
    return tasks
