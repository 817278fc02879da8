"""The snapshots of users with many tasks, as many as fit into memory."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from chassis.keyed_locks import KeyedLocks
from chassis.mongo import OPERATION_TIMEOUT, Database

from tasks_service.collection import COLLECTION, NEWEST
from tasks_service.hints import count
from tasks_service.rows import Row
from tasks_service.snapshot import Snapshot

FEWEST: Final = 1_000
"""MongoDB walks over fewer tasks in the time that a refresh takes."""
MOST: Final = 20_000
"""To filter more would keep the process from answering others."""
MAX_BYTES: Final = 64 * 2**20  # of all snapshots together, and at most half of it for one
MAX_USERS: Final = 1_000  # also of those whose tasks are too large, of whom only that is kept
MAX_AGE: Final = 600.0
"""Seconds for which one is kept, in case that somebody changes MongoDB's data by other means."""


class Snapshots:
    """A snapshot for each of the users with many tasks who asked last."""

    def __init__(
        self,
        database: Database,
        *,
        fewest: int = FEWEST,
        most: int = MOST,
        max_bytes: int = MAX_BYTES,
        max_age: float = MAX_AGE,
    ) -> None:
        self._tasks = database[COLLECTION]
        self._fewest = fewest
        self._most = most
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._kept: OrderedDict[str, Snapshot] = OrderedDict()
        self._locks: KeyedLocks[str] = KeyedLocks()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    async def rows(self, user_id: str) -> Sequence[Row] | None:
        """The user's tasks with all that was acknowledged before; None if MongoDB is to be asked."""
        kept = self._kept.get(user_id)
        if kept and kept.age > self._max_age:
            del self._kept[user_id]
        if user_id not in self._kept and not await self._is_worth_it(user_id):
            return None
        try:
            async with self._locks.hold(user_id, wait_at_most=OPERATION_TIMEOUT):
                return await self._refreshed(user_id)
        except TimeoutError:
            return None

    async def _is_worth_it(self, user_id: str) -> bool:
        own = {"user": user_id, "deleted": False}
        number = await count(self._tasks, NEWEST, own, limit=self._most + 1)
        return self._fewest <= number <= self._most

    async def _refreshed(self, user_id: str) -> Sequence[Row] | None:
        if user_id not in self._kept:
            self._kept[user_id] = Snapshot(
                self._tasks, user_id, most=self._most, max_bytes=self._max_bytes // 2
            )
        self._kept.move_to_end(user_id)
        snapshot = self._kept[user_id]
        if snapshot.is_busy:
            return None
        await snapshot.refresh()
        self._evict()
        return snapshot.rows

    def _evict(self) -> None:
        while (
            len(self) > MAX_USERS or sum(one.bytes for one in self._kept.values()) > self._max_bytes
        ):
            self._kept.popitem(last=False)
