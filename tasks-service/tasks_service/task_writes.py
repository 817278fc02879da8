"""How the next version of a task is written: with its event, upon the version that was read."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Hashable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple, TypeVar

from bson import ObjectId
from chassis.clock import Clock
from chassis.errors import Unavailable
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, Document
from pymongo.errors import DuplicateKeyError

from tasks_service.access import check_precondition, readable
from tasks_service.changes import Values, next_version, update_of
from tasks_service.collection import COLLECTION, SHOWN
from tasks_service.events import MAX_BYTES, MAX_UNMEASURED, MAX_WAITING, event_of, waiting
from tasks_service.preconditions import IfMatch
from tasks_service.schemas import StoredTask, Task

Key = TypeVar("Key", bound=Hashable)

MAX_ATTEMPTS = 20
LONGEST_PAUSE = 0.02  # seconds, between two attempts
LONGEST_WAIT = 5.0  # seconds, for the requests before this one
CONTENDED: Final = "The task is being changed by too many requests at once"
TOO_MANY_WAIT: Final = "Too many events of this task wait to be sent"


class Changed(NamedTuple):
    """The task after a change, and the event of the change: None where nothing changed."""

    task: Task
    event_id: str | None


class TaskWrites:
    """The writes of one process. `on_change` is called after each."""

    def __init__(self, database: Database, *, on_change: Callable[[], None], now: Clock) -> None:
        self._tasks = database[COLLECTION]
        self._on_change = on_change
        self._now = now
        self._locks: KeyedLocks[ObjectId] = KeyedLocks()

    async def find(self, task_id: ObjectId) -> StoredTask:
        """NotFound if there is none; also one in the trash."""
        return readable(await self._tasks.find_one({"_id": task_id}, SHOWN))

    async def change(
        self,
        task_id: ObjectId,
        change: Callable[[StoredTask], Awaitable[Values]],
        if_match: IfMatch | None = None,
        *,
        event_id: str | None = None,
        batch_id: str | None = None,
    ) -> Changed:
        """Write what `change` says of the present task; it raises if the task may not be changed."""
        # MongoDB refuses the write of a version that is no longer current, and it is tried again:
        # that is enough between replicas. Requests in one process wait in turn instead, because
        # most of them would have to try again.
        async with held(self._locks, task_id):
            for _ in range(MAX_ATTEMPTS):
                before = await self.find(task_id)
                values = await change(before)
                check_precondition(before, if_match)
                after = next_version(before, values, self._now())
                if after is None:
                    return Changed(before, None)
                event = event_of(before, after, event_id=event_id, batch_id=batch_id)
                if await self._replace(before, after, event):
                    self._on_change()
                    return Changed(after, event["eventId"])
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 — jitter
        raise Unavailable(CONTENDED)

    async def _replace(self, before: StoredTask, after: StoredTask, event: Document) -> bool:
        """Write the change and its event in one update.

        False if `before` is no longer current, or another task has got its rank meanwhile.
        """
        await self.check_room(before)
        try:
            result = await self._tasks.update_one(*update_of(before, after, event))
        except DuplicateKeyError:
            return False
        return result.matched_count == 1

    @asynccontextmanager
    async def holding(self, task_ids: Collection[ObjectId]) -> AsyncIterator[None]:
        """Let no other request of this process change these tasks during the body.

        Unavailable if the requests before this one take too long.
        """
        async with AsyncExitStack() as stack:
            # In one order, so that two never wait for each other.
            for task_id in sorted({*task_ids}):
                await stack.enter_async_context(held(self._locks, task_id))
            yield

    async def check_room(self, task: StoredTask) -> None:
        """Unavailable if no further event may wait in its document."""
        if not await self._has_room(task):
            raise Unavailable(TOO_MANY_WAIT, retry_after=5)

    async def _has_room(self, task: StoredTask) -> bool:
        """Whether one more event may wait in its document."""
        if waiting(task) <= MAX_UNMEASURED:
            return True
        if waiting(task) >= MAX_WAITING:
            return False
        small = {"$expr": {"$lt": [{"$bsonSize": "$$ROOT"}, MAX_BYTES]}}
        found = await self._tasks.find_one({"_id": ObjectId(task.id)} | small, {"_id": True})
        return found is not None


@asynccontextmanager
async def held(locks: KeyedLocks[Key], key: Key, *, busy: str = CONTENDED) -> AsyncIterator[None]:
    """Hold the key in the body; Unavailable, with `busy`, if the requests before this one take too long."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(locks.hold(key, wait_at_most=LONGEST_WAIT))
        except TimeoutError:
            raise Unavailable(busy) from None
        yield
