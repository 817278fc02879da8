"""Tasks: the rules by which they are created, read, changed and deleted.

A document is a `StoredTask` (see `schemas.py`) and the `events` that wait: one for each change, in
order, written together with the change in one update. Once sent, they are in the history.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.errors import ServiceError
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, Document
from prometheus_client import Counter
from pymongo.errors import DuplicateKeyError

from tasks_service.access import check_precondition, in_trash, live, readable
from tasks_service.changes import Values, first_version
from tasks_service.collection import COLLECTION, SHOWN, WHOLE_FROM
from tasks_service.derived import with_derived
from tasks_service.events import event_of
from tasks_service.history import History
from tasks_service.operation import Operation
from tasks_service.order import Order
from tasks_service.preconditions import IfMatch
from tasks_service.schemas import NewTask, StoredTask, Task, TaskPatch
from tasks_service.task_limit import MAX_PER_USER, TaskLimit
from tasks_service.task_writes import Changed, TaskWrites, held

_CREATED: Final = Counter("tasks_created_total", "Tasks that were created.")


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
        self.writes = TaskWrites(database, on_change=on_change, now=now)
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
        return live(await self.writes.find(task_id), user_id, "read")

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
            return await self.writes.change(task_id, given, if_match)
        # Moves of one user that come at once would ask for the same rank.
        async with held(self._moves, user_id):
            return await self.writes.change(task_id, given, if_match)

    async def delete(self, user_id: str, task_id: ObjectId, if_match: IfMatch | None) -> Changed:
        """Put it into the trash. NotFound, Forbidden, or PreconditionFailed by `if_match`."""

        async def trashed(before: StoredTask) -> Values:
            live(before, user_id, "delete")
            return {"deleted": True}

        return await self.writes.change(task_id, trashed, if_match)

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
            check_precondition(in_trash(await self.writes.find(task_id), user_id), if_match)
            async with self.limit.one_more(user_id):
                return await self.writes.change(task_id, restored, if_match, event_id=event_id)

        async def find_restored() -> Document | None:
            own = {"_id": task_id, "user": user_id}
            waits = await self._tasks.find_one(own | {"events.eventId": event_id}, {"_id": True})
            if waits is None and not await self.history.has(task_id, event_id):
                return None
            return await self._tasks.find_one(own, SHOWN)

        return await self._once(find_restored, operation, perform)
