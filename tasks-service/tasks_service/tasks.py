"""Tasks: the rules by which they are created, read, changed and deleted.

A document is a `StoredTask` (see `schemas.py`) and the `events` that wait: one for each change, in
order, written together with the change in one update. Once sent, they are in the history.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Hashable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final, NamedTuple, TypeVar

from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.errors import ServiceError, Unavailable
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, Document
from prometheus_client import Counter
from pymongo.errors import DuplicateKeyError

from tasks_service.access import check_precondition, in_trash, live, readable
from tasks_service.changes import Values, first_version, next_version, update_of
from tasks_service.collection import COLLECTION, SHOWN, WHOLE_FROM
from tasks_service.derived import with_derived
from tasks_service.events import MAX_BYTES, MAX_UNMEASURED, MAX_WAITING, event_of, waiting
from tasks_service.history import History
from tasks_service.idempotency import Operation
from tasks_service.order import Order
from tasks_service.preconditions import IfMatch
from tasks_service.schemas import NewTask, StoredTask, Task, TaskPatch
from tasks_service.task_limit import MAX_PER_USER, TaskLimit

Key = TypeVar("Key", bound=Hashable)

MAX_ATTEMPTS = 20
LONGEST_PAUSE = 0.02  # seconds, between two attempts
LONGEST_WAIT = 5.0  # seconds, for the requests before this one
CONTENDED: Final = "The task is being changed by too many requests at once"
TOO_MANY_WAIT: Final = "Too many events of this task wait to be sent"

_CREATED: Final = Counter("tasks_created_total", "Tasks that were created.")


class Changed(NamedTuple):
    """The task after a change, and the event of the change: None where nothing changed."""

    task: Task
    event_id: str | None


class Tasks:
    """The tasks of all users; every call names the user who asks.

    `on_change` is called after every write; outside the trash a user may have `most` tasks.
    """

    def __init__(
        self,
        database: Database,
        *,
        on_change: Callable[[], None],
        most: int = MAX_PER_USER,
        now: Clock = utc_now,
    ) -> None:
        self._tasks = database[COLLECTION]
        self.history = History(database)
        self.now = now
        self.on_change = on_change
        self.limit = TaskLimit(self._tasks, most)
        self.order = Order(database, COLLECTION, now)
        self._locks: KeyedLocks[ObjectId] = KeyedLocks()
        self._moves: KeyedLocks[str] = KeyedLocks()

    async def create(
        self, user_id: str, new: NewTask, operation: Operation | None = None
    ) -> Changed:
        """A new task of the operation's id, by an event of that id. Conflict past the limit."""
        operation = operation or Operation(ObjectId())

        async def make() -> Changed:
            task = first_version(user_id, new, self.now(), operation.id)
            event = event_of(None, task, event_id=str(operation.id))
            async with self.limit.one_more(user_id):
                await self._insert(task.to_document() | {"events": [event], WHOLE_FROM: 1})
            return Changed(task, event["eventId"])

        made = partial(self._tasks.find_one, {"_id": operation.id}, SHOWN)
        return await self._once(made, operation, make)

    async def _insert(self, document: Document) -> None:
        await self._tasks.insert_one(with_derived(document))
        _CREATED.inc()
        self.on_change()

    async def _once(
        self,
        find_done: Callable[[], Awaitable[Document | None]],
        operation: Operation,
        perform: Callable[[], Awaitable[Changed]],
    ) -> Changed:
        """What `perform` does, or an earlier request did: then `find_done` gives the task."""
        if operation.is_retry and (done := await find_done()):
            return Changed(readable(done), str(operation.id))
        try:
            return await perform()
        except (DuplicateKeyError, ServiceError):
            # A request with the same key may have done it just now, in another process.
            if done := await find_done():
                return Changed(readable(done), str(operation.id))
            raise

    async def get(self, user_id: str, task_id: ObjectId) -> Task:
        """NotFound, or Forbidden if it is another user's."""
        return live(await self._find(task_id), user_id, "read")

    async def update(
        self, user_id: str, task_id: ObjectId, changes: TaskPatch, if_match: IfMatch | None
    ) -> Changed:
        """Change the given fields. NotFound, Forbidden, or PreconditionFailed by `if_match`.

        For a move also BadRequest and Conflict: see `Order.rank_behind`.
        """

        async def given(before: StoredTask) -> Values:
            live(before, user_id, "update")
            if not changes.is_move:
                return changes.given()
            check_precondition(before, if_match)
            after = None if changes.after is None else ObjectId(changes.after)
            return changes.given() | {"rank": await self.order.rank_behind(before, after)}

        if not changes.is_move:
            return await self.change(task_id, given, if_match)
        # Moves of one user that come at once would ask for the same rank.
        async with _held(self._moves, user_id):
            return await self.change(task_id, given, if_match)

    async def delete(self, user_id: str, task_id: ObjectId, if_match: IfMatch | None) -> Changed:
        """Put it into the trash. NotFound, Forbidden, or PreconditionFailed by `if_match`."""

        async def trashed(before: StoredTask) -> Values:
            live(before, user_id, "delete")
            return {"deleted": True}

        return await self.change(task_id, trashed, if_match)

    async def restore(
        self,
        user_id: str,
        task_id: ObjectId,
        if_match: IfMatch | None,
        operation: Operation,
    ) -> Changed:
        """Take it out of the trash, by an event of the operation's id.

        NotFound, Forbidden, PreconditionFailed by `if_match`, or Conflict past the limit.
        """
        event_id = str(operation.id)

        async def restored(before: StoredTask) -> Values:
            in_trash(before, user_id)
            return {"deleted": False}

        async def perform() -> Changed:
            # What no room would help is said first.
            check_precondition(in_trash(await self._find(task_id), user_id), if_match)
            async with self.limit.one_more(user_id):
                return await self.change(task_id, restored, if_match, event_id=event_id)

        async def find_restored() -> Document | None:
            own = {"_id": task_id, "user": user_id}
            waits = await self._tasks.find_one(own | {"events.eventId": event_id}, {"_id": True})
            if waits is None and not await self.history.has(task_id, event_id):
                return None
            return await self._tasks.find_one(own, SHOWN)

        return await self._once(find_restored, operation, perform)

    async def _find(self, task_id: ObjectId) -> StoredTask:
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
        async with _held(self._locks, task_id):
            for _ in range(MAX_ATTEMPTS):
                before = await self._find(task_id)
                values = await change(before)
                check_precondition(before, if_match)
                after = next_version(before, values, self.now())
                if after is None:
                    return Changed(before, None)
                event = event_of(before, after, event_id=event_id, batch_id=batch_id)
                if await self._replace(before, after, event):
                    self.on_change()
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
                await stack.enter_async_context(_held(self._locks, task_id))
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
async def _held(locks: KeyedLocks[Key], key: Key) -> AsyncIterator[None]:
    """Hold the key in the body; Unavailable if the requests before this one take too long."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(locks.hold(key, wait_at_most=LONGEST_WAIT))
        except TimeoutError:
            raise Unavailable(CONTENDED) from None
        yield
