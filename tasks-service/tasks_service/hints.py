"""Queries by an index that MongoDB is told, so that no plan of the moment reads more than that."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import pymongo
from chassis.mongo import OPERATION_TIMEOUT, Document
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

T = TypeVar("T")

_BAD_VALUE: Final = 2


async def hinted(index: str, run: Callable[[str | None], Awaitable[T]]) -> T:
    """What `run` gives with the name of the index; without it while there is no such index."""
    try:
        return await run(index)
    except OperationFailure as error:
        if not is_missing_index(error):
            raise
        return await run(None)


def is_missing_index(error: PyMongoError) -> bool:
    """Whether a hint named an index that is not there, or is still being built."""
    is_refused = isinstance(error, OperationFailure) and error.code == _BAD_VALUE
    return is_refused and "hint provided does not correspond" in str(error)


async def count(
    collection: AsyncCollection[Document], index: str, query: Document, *, limit: int = 0
) -> int:
    """How many documents match, by the index; at most `limit`, unless it is 0."""

    async def once(hint: str | None) -> int:
        # count_documents is an aggregation: the driver retries it, and it takes twice as long.
        by: Document = {} if hint is None else {"hint": hint}
        answer = await collection.database.command(
            "count", collection.name, query=query, limit=limit, **by
        )
        return int(answer["n"])

    # The driver retries no command of our own, unlike `find`: a fail-over fails it once.
    with pymongo.timeout(OPERATION_TIMEOUT):
        try:
            return await hinted(index, once)
        except AutoReconnect:
            return await hinted(index, once)
