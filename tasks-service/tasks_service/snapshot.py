"""What filters, sorts and facets need of one user's tasks, in memory, as exact as a query of MongoDB."""

import time
from collections.abc import Sequence
from typing import Final

from bson import ObjectId, Timestamp
from chassis.mongo import Document
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.read_concern import ReadConcern

from tasks_service.derived import CHANGED, LAST_CHANGED
from tasks_service.hints import hinted
from tasks_service.rows import Row

LONGEST_WRITE: Final = 120
"""Seconds from the cluster time that a write notes until all can read what it wrote.

The service gives up an operation after 5 s, and MongoDB ends a transaction after 60 s.
"""
BATCH: Final = 1_000  # tasks: between two the process answers others
READ_AT_ONCE: Final = 200  # tasks: the largest take 100 kB each, and more before they are counted
MANY: Final = 2_000  # tasks: to look at so many changes takes longer than a walk of MongoDB
KEYS: Final = 10_000  # in one answer of MongoDB


class Snapshot:
    """The tasks of one user that are not in the trash, as of the last `refresh`.

    Each write notes MongoDB's cluster time in the task. Each refresh knows up to which cluster time
    it has seen all writes, but for those that had noted their time and were not there yet: these are
    there `LONGEST_WRITE` later. So all that changes from then on notes a later time than `since`,
    and a task is read again if it notes such a time, and another than at the last refresh.
    """

    def __init__(
        self, tasks: AsyncCollection[Document], user_id: str, *, most: int, max_bytes: int
    ) -> None:
        # A majority has all that was acknowledged, and no election takes it back.
        self._tasks = tasks.with_options(read_concern=ReadConcern("majority"))
        self._user_id = user_id
        self._most = most
        self._max_bytes = max_bytes
        self._rows: dict[ObjectId, Row] = {}
        self._since = Timestamp(0, 0)
        self._changed: dict[ObjectId, Timestamp] = {}
        self._is_too_large = False
        self._begun = time.monotonic()
        self._refreshed = self._begun
        self.bytes = 0
        """How much memory the rows take."""

    @property
    def age(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._begun

    @property
    def is_busy(self) -> bool:
        """Whether so much was changed of late that MongoDB should be asked instead."""
        return len(self._changed) > MANY and time.monotonic() < self._refreshed + LONGEST_WRITE

    @property
    def rows(self) -> Sequence[Row] | None:
        """One for each task, in no order; None if it has been larger than it may be."""
        return None if self._is_too_large else list(self._rows.values())

    async def refresh(self) -> None:
        """Return when the rows have all that was acknowledged before the call. One call at a time."""
        if self._is_too_large:
            return
        changed, seen = await self._changed_since()
        others = [one for one, at in changed.items() if self._changed.get(one) != at]
        for start in range(0, len(others), BATCH):
            some = others[start : start + BATCH]
            await self._read(some)
            if self._is_too_large:
                return
            # What fails later goes on from here.
            self._changed |= {one: changed[one] for one in some}
        self._since = Timestamp(max(0, seen.time - LONGEST_WRITE), 0)
        self._changed = {one: at for one, at in changed.items() if at > self._since}
        self._refreshed = time.monotonic()

    async def _changed_since(self) -> tuple[dict[ObjectId, Timestamp], Timestamp]:
        """The tasks that note a later time than `since`, and up to which time all is seen."""
        client = self._tasks.database.client
        async with client.start_session(causal_consistency=False) as session:

            async def find(hint: str | None) -> list[Document]:
                query = {"user": self._user_id, CHANGED: {"$gt": self._since}}
                found = self._tasks.find(query, {CHANGED: True}, hint=hint, session=session)
                return await found.batch_size(KEYS).to_list()

            changed = {one["_id"]: one[CHANGED] for one in await hinted(LAST_CHANGED, find)}
            return changed, session.operation_time or self._since

    async def _read(self, task_ids: Sequence[ObjectId]) -> None:
        own = {"_id": {"$in": task_ids}, "user": self._user_id, "deleted": False}
        for task_id in task_ids:
            if before := self._rows.pop(task_id, None):
                self.bytes -= before.bytes
        found = self._tasks.find(own, {"derived": True}, hint="_id_")
        async for one in found.batch_size(READ_AT_ONCE):
            if row := Row.of(one):
                self._rows[one["_id"]] = row
                self.bytes += row.bytes
            if len(self._rows) > self._most or self.bytes > self._max_bytes:
                self._is_too_large = True
                self._rows, self._changed, self.bytes = {}, {}, 0
                return
