"""Documents by the time of their creation, which need nothing derived: the list without filters."""

from collections.abc import Sequence
from datetime import datetime

from chassis.mongo import Document
from pymongo.asynchronous.collection import AsyncCollection

from tasks_service.collection import NEWEST, SHOWN
from tasks_service.hints import hinted
from tasks_service.sorts import Sort, ids_in, time_in, time_key


class ByCreation:
    """All tasks of a query, in the order of the index `newest_of_user`."""

    def __init__(self, tasks: AsyncCollection[Document]) -> None:
        self._tasks = tasks

    async def documents(
        self, query: Document, sort: Sort, *, behind: str | None, skip: int, limit: int
    ) -> list[Document]:
        """At most so many behind the key; `sort` has the direction."""
        rest = {} if behind is None else _created_behind(behind, sort)

        async def find(hint: str | None) -> list[Document]:
            found = self._tasks.find(query | rest, SHOWN, hint=hint)
            found = found.sort([("createdAt", sort.direction), ("_id", sort.direction)])
            return await found.skip(skip).limit(limit).to_list()

        return await hinted(NEWEST, find)


def last_key(documents: Sequence[Document]) -> str | None:
    """The key (see `sorts.py`) of the last task that has a time of creation."""
    for task in reversed(documents):
        if isinstance(created_at := task.get("createdAt"), datetime):
            return time_key(created_at, task["_id"])
    return None


def _created_behind(key: str, sort: Sort) -> Document:
    # The first condition bounds the walk over the index, which $or alone does not; the second
    # only leaves out the tasks of that very millisecond that have been shown.
    created_at, [task_id] = time_in(key), ids_in([key])
    return {
        "createdAt": {f"{sort.behind}e": created_at},
        "$or": [{"createdAt": {sort.behind: created_at}}, {"_id": {sort.behind: task_id}}],
    }
