"""Documents in one of the orders of a list, whatever finds them."""

from typing import Final

from chassis.mongo import Document
from pymongo.asynchronous.collection import AsyncCollection

from tasks_service.hints import count, hinted
from tasks_service.sorts import Sort

_SHOWN: Final = {"events": False, "derived.tags": False, "derived.text": False}


class Ordered:
    """The tasks that match a query, with the keys by which they are sorted."""

    def __init__(self, tasks: AsyncCollection[Document]) -> None:
        self._tasks = tasks

    async def documents(  # noqa: PLR0913 — one parameter per clause of the query
        self,
        query: Document,
        sort: Sort,
        index: str,
        *,
        behind: str | None,
        skip: int,
        limit: int,
    ) -> list[Document]:
        """At most so many behind the key, by the index: one of the order, or one that finds few."""
        documents: list[Document] = []
        for part in sort.parts(behind):
            of_part = {"$and": [query, part]}
            found = await self._part(of_part, sort, index, skip, limit - len(documents))
            documents += found
            if len(documents) == limit:
                break
            if skip:
                skip = 0 if found else max(0, skip - await count(self._tasks, index, of_part))
        return documents

    async def _part(
        self, query: Document, sort: Sort, index: str, skip: int, limit: int
    ) -> list[Document]:
        async def find(hint: str | None) -> list[Document]:
            found = self._tasks.find(query, _SHOWN, hint=hint)
            return await found.sort(sort.field, sort.direction).skip(skip).limit(limit).to_list()

        return await hinted(index, find)
