"""The walk over one index that decides which of a user's tasks match."""

from collections.abc import Sequence

from chassis.mongo import Document
from pymongo.asynchronous.collection import AsyncCollection

from tasks_service.derived import TAGS_AND_TEXT
from tasks_service.hints import count, hinted
from tasks_service.sorts import Sort


class Matching:
    """The tasks that match a query, by the time of their creation, from the index `tags_and_text` alone.

    A walk over all of a user's tasks is what a filtered list costs. So each request makes one: the
    first keys are read, and the rest of the walk only counts.
    """

    def __init__(self, tasks: AsyncCollection[Document]) -> None:
        self._tasks = tasks

    async def keys(
        self, query: Document, sort: Sort, *, behind: str | None = None, skip: int = 0, limit: int
    ) -> list[str]:
        """Their keys of creation (see `sorts.py`), behind one of them; `sort` has the direction."""
        [part] = sort.parts(behind)

        async def find(hint: str | None) -> list[Document]:
            shown = {"_id": False, sort.field: True}
            found = self._tasks.find({"$and": [query, part]}, shown, hint=hint)
            return await found.sort(sort.field, sort.direction).skip(skip).limit(limit).to_list()

        return [row["derived"][sort.name] for row in await hinted(TAGS_AND_TEXT, find)]

    async def total(self, query: Document, sort: Sort, found: Sequence[str], limit: int) -> int:
        """How many match, when the first of them were found: all there are, or as many as `limit`."""
        if len(found) < limit:
            return len(found)
        [rest] = sort.parts(found[-1])
        return len(found) + await self.count({"$and": [query, rest]})

    async def count(self, query: Document) -> int:
        """How many match."""
        return await count(self._tasks, TAGS_AND_TEXT, query)
