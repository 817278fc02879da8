"""Tasks: their collection, and the rules by which they are created, read, changed and deleted.

A document is a `StoredTask` (see `schemas.py`) and its `events`: one for each change, in order,
written together with the change in one update.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import structlog
from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.errors import Forbidden, NotFound, PreconditionFailed, Unavailable
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from tasks_service.events import MAX_WAITING, event_of, events_with, waiting
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

    async def create(self, user_id: str, new: NewTask, operation: Operation | None = None) -> Task:
        """A new task. With an `operation` the task has its id, and is made once."""
        task = self._first_version(user_id, new, operation.id if operation else ObjectId())
        try:
            await self._insert(task)
        except DuplicateKeyError:
            if operation is None or not operation.is_retry:
                raise
            return await self._own(user_id, operation.id, "read")
        return task

    def _first_version(self, user_id: str, new: NewTask, task_id: ObjectId) -> StoredTask:
        now = self._now()
        return StoredTask(
            **new.model_dump(by_alias=False),
            id=str(task_id),
            user=user_id,
            created_at=now,
            updated_at=now,
            version=1,
            unsent_since=now,
        )

    async def _insert(self, task: StoredTask) -> None:
        """DuplicateKeyError if the task exists."""
        await self._tasks.insert_one(task.to_document() | {"events": [event_of(None, task)]})
        self._on_change()

    async def get(self, user_id: str, task_id: ObjectId) -> Task:
        """NotFound, or Forbidden if it is another user's."""
        return await self._own(user_id, task_id, "read")

    async def update(
        self, user_id: str, task_id: ObjectId, changes: TaskChanges, if_match: IfMatch | None
    ) -> Task:
        """Change the given fields. NotFound, Forbidden, or PreconditionFailed by `if_match`."""
        return await self._change(user_id, task_id, "update", changes.given(), if_match)

    async def delete(self, user_id: str, task_id: ObjectId, if_match: IfMatch | None) -> None:
        """NotFound, Forbidden, or PreconditionFailed by `if_match`."""
        await self._change(user_id, task_id, "delete", {"deleted": True}, if_match)

    async def _own(self, user_id: str, task_id: ObjectId, verb: str) -> StoredTask:
        document = await self._tasks.find_one({"_id": task_id}, WITHOUT_EVENTS)
        if document is None:
            raise NotFound("Task not found")
        try:
            task = StoredTask.from_document(document)
        except UnreadableTask as error:
            log.error("task cannot be read", task=error.task_id)  # noqa: TRY400 — its text is nobody's business
            raise NotFound("Task not found") from None
        if task.deleted:
            raise NotFound("Task not found")
        if task.user != user_id:
            raise Forbidden(f"Not authorized to {verb} this task")
        return task

    async def _change(
        self,
        user_id: str,
        task_id: ObjectId,
        verb: str,
        values: dict[str, Any],
        if_match: IfMatch | None,
    ) -> Task:
        # MongoDB refuses the write of a version that is no longer current, and it is tried again:
        # that is enough between replicas. Requests in one process wait in turn instead, because
        # most of them would have to try again.
        try:
            async with self._locks.hold(task_id, wait_at_most=LONGEST_WAIT):
                for _ in range(MAX_ATTEMPTS):
                    before = await self._own(user_id, task_id, verb)
                    _check_precondition(before, if_match)
                    if waiting(before) >= MAX_WAITING:
                        raise Unavailable(TOO_MANY_WAIT, retry_after=5)
                    after = before.model_copy(update=values | self._next_version(before))
                    if await self._replace(before, after):
                        self._on_change()
                        return after
                    await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 — jitter
        except TimeoutError:
            raise Unavailable(CONTENDED) from None
        raise Unavailable(CONTENDED)

    async def _replace(self, before: StoredTask, after: StoredTask) -> bool:
        """Write the change and its event in one update; False if `before` is no longer current."""
        old, new = before.to_document(), after.to_document()
        changed = {
            name: {"$literal": value} for name, value in new.items() if value != old.get(name)
        }
        outgoing = {
            "unsentSince": {"$ifNull": ["$unsentSince", after.updated_at]},
            "events": events_with(
                event_of(before, after), kept_since=self._now() - self._retention
            ),
        }
        # A document of another release may lack the version, and is read as version 1.
        version: Any = before.version if before.version > 1 else {"$in": [1, None]}
        unchanged = {"_id": old["_id"], "version": version}
        result = await self._tasks.update_one(unchanged, [{"$set": changed | outgoing}])
        return result.matched_count == 1

    def _next_version(self, task: StoredTask) -> dict[str, Any]:
        # A task's times never run backwards, not even between replicas whose clocks differ, so
        # that its events sort by time as they do by version.
        return {"version": task.version + 1, "updated_at": max(self._now(), task.updated_at)}


def _check_precondition(task: StoredTask, if_match: IfMatch | None) -> None:
    if if_match is None or if_match.allows(task.version):
        return
    current = TaskAnswer(task=task).model_dump(mode="json")
    raise PreconditionFailed(
        "The task has been changed in the meantime",
        headers={"etag": etag(task.version)},
        extra=current,
    )
