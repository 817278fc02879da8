"""Fills in `derived` where it is missing, of another release's writing, or out of date."""

import asyncio
from functools import partial
from typing import Final

import structlog
from bson import Int64
from chassis.mongo import NO_ARRAY, Database, Document
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from tasks_service.collection import COLLECTION
from tasks_service.derived import CHANGED, REVISION, STALE_REVISION, STALE_VERSION, derive
from tasks_service.hints import hinted, is_missing_index

log = structlog.get_logger()

BATCH: Final = 200
PAUSE: Final = 0.05  # seconds between two batches of the background: requests come first
INTERVAL: Final = 30.0  # seconds between two looks
MAX_IDLE_BATCHES: Final = 20

# Each with the index that finds such tasks, of one user or of all, without reading any other.
_STALE: Final[list[tuple[str, Document]]] = [
    (STALE_VERSION, {"version": {"$type": "int"} | NO_ARRAY}),
    (STALE_REVISION, {"derived.revision": {"$not": {"$gte": REVISION}}}),
]
_READ: Final = {"events": False, "derived": False}


class StaleTasks:
    """Tasks whose `derived` cannot be relied on.

    A release derives anew what is older than its own revision and leaves alone what is newer, so
    that two releases side by side do not undo each other's work.
    """

    def __init__(self, database: Database) -> None:
        self._tasks = database[COLLECTION]

    async def fill(self, user_id: str) -> None:
        """Return when no task of the user is stale."""
        idle = 0
        while found := await self._stale_of(user_id):
            # Another process may be filling in the same tasks. One that nobody can fill in must
            # not hold up the list for ever.
            idle = 0 if await self._write(found) else idle + 1
            if idle == MAX_IDLE_BATCHES:
                log.error("tasks cannot be filled in", tasks=len(found))
                return

    async def _stale_of(self, user_id: str) -> list[Document]:
        batches = await asyncio.gather(
            *(
                hinted(index, partial(self._find, {"user": user_id} | stale))
                for index, stale in _STALE
            )
        )
        return list({str(task["_id"]): task for batch in batches for task in batch}.values())

    async def watch(self) -> None:
        """Fill in the tasks of all users, a few at a time; does not return."""
        while True:
            for index, stale in _STALE:
                try:
                    await self._fill_slowly(index, stale)
                except PyMongoError as error:
                    # Without its index a look reads all tasks. It is being built.
                    if not is_missing_index(error):
                        log.warning("filling in tasks interrupted", error=type(error).__name__)
            await asyncio.sleep(INTERVAL)

    async def _fill_slowly(self, index: str, query: Document) -> None:
        filled = 0
        while found := await self._find(query, index):
            written = await self._write(found)
            if not written:
                break  # another process is at the same tasks
            filled += written
            await asyncio.sleep(PAUSE)
        if filled:
            log.info("filled in tasks", tasks=filled)

    async def _find(self, query: Document, hint: str | None) -> list[Document]:
        return await self._tasks.find(query, _READ, hint=hint).limit(BATCH).to_list()

    async def _write(self, documents: list[Document]) -> int:
        """How many of them were still as they had been read."""
        result = await self._tasks.bulk_write([_update(one) for one in documents], ordered=False)
        return result.matched_count


def _update(document: Document) -> UpdateOne:
    version = document.get("version")
    values: Document = {"derived": derive(document)}
    if isinstance(version, int):
        values["version"] = Int64(version)
    unchanged = {"_id": document["_id"], "version": {"$eq": version}}
    now = {CHANGED: {"$type": "timestamp"}}
    return UpdateOne(unchanged, {"$set": values, "$currentDate": now})
