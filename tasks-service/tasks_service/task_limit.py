"""How many tasks one user may have outside the trash: MAX_TASKS_PER_USER.

Counting takes 20 ms for a user with 100,000 tasks, so a user is counted again only once half of the
room that was there has been taken, or a minute has passed. The limit is exact where one process
runs; with several, each may miss what the others made since it last counted.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from cachetools import LRUCache
from chassis.errors import Conflict
from chassis.mongo import Document
from pymongo.asynchronous.collection import AsyncCollection

from tasks_service.collection import NEWEST
from tasks_service.hints import count

MAX_PER_USER: Final = 100_000
MAX_USERS: Final = 10_000  # whose room is remembered
MAX_AGE: Final = 60.0  # seconds that a count is good for


class _Room:
    """What a user may still take without being counted, and how much is being taken right now."""

    def __init__(self) -> None:
        self.left = 0
        self.counted_at = 0.0
        self.lock = asyncio.Lock()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def has(self, wanted: int) -> bool:
        """Whether so much is left of a count that is still good."""
        return wanted <= self.left and _now() < self.counted_at + MAX_AGE

    def begin(self, taken: int) -> None:
        self.left -= taken
        self._under_way += taken
        if self._under_way:
            self._idle.clear()

    def end(self, taken: int) -> None:
        self._under_way -= taken
        if not self._under_way:
            self._idle.set()

    async def idle(self) -> None:
        """Let nobody begin, and wait until all have ended."""
        self.left = 0
        await self._idle.wait()


class TaskLimit:
    """Lets each user have `most` tasks."""

    def __init__(self, tasks: AsyncCollection[Document], most: int) -> None:
        self._tasks = tasks
        self._rooms: LRUCache[str, _Room] = LRUCache(MAX_USERS)
        self.most = most

    @asynccontextmanager
    async def taking(self, user_id: str, wanted: int = 1) -> AsyncIterator[int]:
        """How many of the tasks that are wanted the user may have; the body makes them."""
        room = self._rooms.setdefault(user_id, _Room())
        granted = wanted
        if room.has(wanted):
            room.begin(granted)
        else:
            granted = await self._begin_counted(user_id, room, wanted)
        try:
            yield granted
        finally:
            room.end(granted)

    @asynccontextmanager
    async def one_more(self, user_id: str) -> AsyncIterator[None]:
        """The body makes one task; Conflict if the user must not have one more."""
        async with self.taking(user_id) as granted:
            if not granted:
                raise self.refusal()
            yield

    def refusal(self) -> Conflict:
        """What a user with too many tasks is told."""
        return Conflict(f"You have {self.most} tasks, and no more are allowed")

    async def _begin_counted(self, user_id: str, room: _Room, wanted: int) -> int:
        async with room.lock:
            if not room.has(wanted):  # else somebody counted meanwhile
                await room.idle()  # what is being made right now must be in the count
                free = max(self.most - await self._live(user_id), 0)
                wanted = min(wanted, free)
                room.left = max(free // 2, wanted)
                room.counted_at = _now()
            room.begin(wanted)
            return wanted

    async def _live(self, user_id: str) -> int:
        return await count(self._tasks, NEWEST, {"user": user_id, "deleted": False})


def _now() -> float:
    return asyncio.get_running_loop().time()
