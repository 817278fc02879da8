"""Tasks: their collection, and the rules by which they are created, read, changed and deleted.

A document is a `StoredTask` (see `schemas.py`) and its `events`: one for each change, in order,
written together with the change in one update.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, NamedTuple

import structlog
from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.errors import Forbidden, NotFound, PreconditionFailed, Unavailable
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, Document
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from tasks_service.changes import Values, first_version, next_version, update_of
from tasks_service.events import MAX_BYTES, MAX_UNMEASURED, MAX_WAITING, event_of, waiting
from tasks_service.idempotency import Operation
from tasks_service.preconditions import IfMatch, etag
from tasks_service.schemas import NewTask, StoredTask, Task, TaskAnswer, TaskChanges, UnreadableTask

log = structlog.get_logger()

COLLECTION = "tasks"
NEWEST_FIRST = [("createdAt", DESCENDING), ("_id", DESCENDING)]
INDEXES = {
    COLLECTION: [
        IndexModel(
            [("user", ASCENDING), ("deleted", ASCENDING), *NEWEST_FIRST], name="newest_of_user"
        ),
        IndexModel([("unsentSince", ASCENDING)], name="unsent", sparse=True),
        IndexModel([("expiresAt", ASCENDING)], name="expired", expireAfterSeconds=0),
    ]
}
WITHOUT_EVENTS = {"events": False}

MAX_ATTEMPTS = 20
LONGEST_PAUSE = 0.02  # seconds, between two attempts
LONGEST_WAIT = 5.0  # seconds, for the requests before this one
CONTENDED: Final = "The task is being changed by too many requests at once"
TOO_MANY_WAIT: Final = "Too many events of this task wait to be sent"
NOT_FOUND: Final = "Task not found"


class Changed(NamedTuple):
    """The task after a change, and the event of the change: None where nothing changed."""

    task: Task
    event_id: str | None


class Tasks:
    """The tasks of all users; every call names the user who asks.

    `retention` is how long a sent event is kept; `on_change` is called after every write.
    """

    def __init__(
        self,
        database: Database,
        *,
        retention: timedelta,
        on_change: Callable[[], None],
        now: Clock = utc_now,
    ) -> None:
        self._tasks = database[COLLECTION]
        self._retention = retention
        self._on_change = on_change
        self._now = now
        self._locks: KeyedLocks[ObjectId] = KeyedLocks()

    async def create(
        self, user_id: str, new: NewTask, operation: Operation | None = None
    ) -> Changed:
        """A new task. With an `operation` the task has its id, and is made once."""
        task = first_version(user_id, new, self._now(), operation.id if operation else ObjectId())
        event = event_of(None, task)
        try:
            await self._insert(task.to_document() | {"events": [event]})
        except DuplicateKeyError:
            if operation is None or not operation.is_retry:
                raise
            return await self._created(user_id, operation.id)
        return Changed(task, event["eventId"])

    async def _insert(self, document: Document) -> None:
        """DuplicateKeyError if the task exists."""
        await self._tasks.insert_one(document)
        self._on_change()

    async def _created(self, user_id: str, task_id: ObjectId) -> Changed:
        """What a create made before, as it is now, and its event unless that has been trimmed."""
        task = _live(await self._find(task_id), user_id, "read")
        first = {"events": {"$elemMatch": {"version": 1}}}
        document = await self._tasks.find_one({"_id": task_id}, first)
        events = (document or {}).get("events", [])
        return Changed(task, events[0]["eventId"] if events else None)

    async def get(self, user_id: str, task_id: ObjectId) -> Task:
        """NotFound, or Forbidden if it is another user's."""
        return _live(await self._find(task_id), user_id, "read")

    async def update(
        self, user_id: str, task_id: ObjectId, changes: TaskChanges, if_match: IfMatch | None
    ) -> Changed:
        """Change the given fields. NotFound, Forbidden, or PreconditionFailed by `if_match`."""

        async def given(before: StoredTask) -> Values:
            _live(before, user_id, "update")
            return changes.given()

        return await self._change(task_id, given, if_match)

    async def delete(self, user_id: str, task_id: ObjectId, if_match: IfMatch | None) -> Changed:
        """Put it into the trash. NotFound, Forbidden, or PreconditionFailed by `if_match`."""

        async def trashed(before: StoredTask) -> Values:
            _live(before, user_id, "delete")
            return {"deleted": True}

        return await self._change(task_id, trashed, if_match)

    async def restore(
        self,
        user_id: str,
        task_id: ObjectId,
        if_match: IfMatch | None,
        operation: Operation,
    ) -> Changed:
        """Take it out of the trash, by an event of the operation's id. NotFound, Forbidden, or PreconditionFailed by `if_match`."""

        async def restored(before: StoredTask) -> Values:
            _own(before, user_id, "update")
            if not before.deleted:
                raise NotFound(NOT_FOUND)
            return {"deleted": False}

        return await self._change(task_id, restored, if_match, event_id=str(operation.id))

    async def _find(self, task_id: ObjectId) -> StoredTask:
        document = await self._tasks.find_one({"_id": task_id}, WITHOUT_EVENTS)
        if document is None:
            raise NotFound(NOT_FOUND)
        try:
            return StoredTask.from_document(document)
        except UnreadableTask as error:
            log.error("task cannot be read", task=error.task_id)  # noqa: TRY400 — its text is nobody's business
            raise NotFound(NOT_FOUND) from None

    async def _change(
        self,
        task_id: ObjectId,
        change: Callable[[StoredTask], Awaitable[Values]],
        if_match: IfMatch | None,
        *,
        event_id: str | None = None,
    ) -> Changed:
        """Write what `change` says of the present task; it raises if the task may not be changed."""
        # MongoDB refuses the write of a version that is no longer current, and it is tried again:
        # that is enough between replicas. Requests in one process wait in turn instead, because
        # most of them would have to try again.
        try:
            async with self._locks.hold(task_id, wait_at_most=LONGEST_WAIT):
                for _ in range(MAX_ATTEMPTS):
                    before = await self._find(task_id)
                    values = await change(before)
                    _check_precondition(before, if_match)
                    after = next_version(before, values, self._now())
                    if after is None:
                        return Changed(before, None)
                    event = event_of(before, after, event_id=event_id)
                    if await self._replace(before, after, event):
                        self._on_change()
                        return Changed(after, event["eventId"])
                    await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 — jitter
        except TimeoutError:
            raise Unavailable(CONTENDED) from None
        raise Unavailable(CONTENDED)

    async def _replace(self, before: StoredTask, after: StoredTask, event: Document) -> bool:
        """Write the change and its event in one update; False if `before` is no longer current."""
        if not await self._has_room(before):
            raise Unavailable(TOO_MANY_WAIT, retry_after=5)
        kept_since = self._now() - self._retention
        update = update_of(before, after, event, kept_since=kept_since)
        result = await self._tasks.update_one(*update)
        return result.matched_count == 1

    async def _has_room(self, task: StoredTask) -> bool:
        """Whether one more event may wait in its document."""
        if waiting(task) <= MAX_UNMEASURED:
            return True
        if waiting(task) >= MAX_WAITING:
            return False
        small = {"$expr": {"$lt": [{"$bsonSize": "$$ROOT"}, MAX_BYTES]}}
        found = await self._tasks.find_one({"_id": ObjectId(task.id)} | small, {"_id": True})
        return found is not None


def _own(task: StoredTask, user_id: str, verb: str) -> StoredTask:
    if task.user != user_id:
        raise Forbidden(f"Not authorized to {verb} this task")
    return task


def _live(task: StoredTask, user_id: str, verb: str) -> StoredTask:
    if task.deleted:
        raise NotFound(NOT_FOUND)
    return _own(task, user_id, verb)


def _check_precondition(task: StoredTask, if_match: IfMatch | None) -> None:
    if if_match is None or if_match.allows(task.version):
        return
    current = TaskAnswer(task=task).model_dump(mode="json")
    raise PreconditionFailed(
        "The task has been changed in the meantime",
        headers={"etag": etag(task.version)},
        extra=current,
    )
