"""Tasks: their collection, and the rules by which they are created, read, changed and deleted.

A document is the task's fields in camelCase, and beside them

- `version`      raised by one with every change
- `deleted`      True for a tombstone: gone for every reader, there until its event is sent and kept
- `events`       one for each change, in order; written together with the change, in one update
- `sentVersion`  the events up to this version have been confirmed by the broker
- `fence`        the fencing number of the relay that wrote `sentVersion`
- `unsentSince`  when the oldest waiting event was written; absent when none waits
- `expiresAt`    when a tombstone may be removed; absent until its last event is sent
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

from bson import ObjectId
from chassis.errors import Forbidden, NotFound, PreconditionFailed, Unavailable
from chassis.mongo import Database, Document
from pymongo import ASCENDING, DESCENDING, IndexModel

from tasks_service.events import MAX_WAITING, event_of, events_with, waiting
from tasks_service.preconditions import IfMatch, etag
from tasks_service.schemas import NewTask, Task, TaskChanges

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
CONTENDED = "The task is being changed by too many requests at once"


class Tasks:
    """The tasks of all users; every call names the one who asks.

    `retention` is how long a sent event is kept; `on_change` is called after every write.
    """

    def __init__(
        self, database: Database, *, retention: timedelta, on_change: Callable[[], None]
    ) -> None:
        self._tasks = database[COLLECTION]
        self._retention = retention
        self._on_change = on_change
        self._turns: WeakValueDictionary[ObjectId, asyncio.Lock] = WeakValueDictionary()

    async def create(self, user_id: str, new: NewTask) -> Task:
        now = _now()
        task: Document = {
            "_id": ObjectId(),
            "title": new.title,
            "description": new.description,
            "status": new.status,
            "user": user_id,
            "createdAt": now,
            "updatedAt": now,
            "version": 1,
            "deleted": False,
        }
        outgoing = {
            "sentVersion": 0,
            "fence": 0,
            "unsentSince": now,
            "events": [event_of(None, task)],
        }
        await self._tasks.insert_one(task | outgoing)
        self._on_change()
        return Task.from_document(task)

    async def get(self, user_id: str, task_id: ObjectId) -> Task:
        """NotFound, or Forbidden if it is another user's."""
        return Task.from_document(await self._own(user_id, task_id, "read"))

    async def update(
        self, user_id: str, task_id: ObjectId, changes: TaskChanges, if_match: IfMatch | None
    ) -> Task:
        """Change the given fields. NotFound, Forbidden, or PreconditionFailed by `if_match`."""
        return await self._change(user_id, task_id, "update", changes.given(), if_match)

    async def delete(self, user_id: str, task_id: ObjectId, if_match: IfMatch | None) -> None:
        """NotFound, Forbidden, or PreconditionFailed by `if_match`."""
        await self._change(user_id, task_id, "delete", {"deleted": True}, if_match)

    async def _own(self, user_id: str, task_id: ObjectId, verb: str) -> Document:
        task = await self._tasks.find_one({"_id": task_id}, WITHOUT_EVENTS)
        if task is None or task["deleted"]:
            raise NotFound("Task not found")
        if task["user"] != user_id:
            raise Forbidden(f"Not authorized to {verb} this task")
        return task

    async def _change(
        self,
        user_id: str,
        task_id: ObjectId,
        verb: str,
        values: Mapping[str, str | bool],
        if_match: IfMatch | None,
    ) -> Task:
        async with self._turn(task_id):
            for _ in range(MAX_ATTEMPTS):
                before = await self._own(user_id, task_id, verb)
                _check_precondition(before, if_match)
                if waiting(before) >= MAX_WAITING:
                    raise Unavailable("Too many events of this task wait to be sent", retry_after=5)
                after = before | dict(values) | _next_version(before)
                if await self._replace(before, after):
                    self._on_change()
                    return Task.from_document(after)
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 — jitter
        raise Unavailable(CONTENDED)

    @asynccontextmanager
    async def _turn(self, task_id: ObjectId) -> AsyncIterator[None]:
        """Let this process change a task once at a time.

        Replicas meet in MongoDB, where the write of a version that is no longer current misses and
        is tried again; requests in one process would mostly make each other miss.
        """
        turn = self._turns.setdefault(task_id, asyncio.Lock())
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await turn.acquire()
        except TimeoutError:
            raise Unavailable(CONTENDED) from None
        try:
            yield
        finally:
            turn.release()

    async def _replace(self, before: Document, after: Document) -> bool:
        """Write the change and its event in one update; False if `before` is no longer current."""
        event = event_of(before, after)
        changed = {name: {"$literal": after[name]} for name in after if after[name] != before[name]}
        outgoing = {
            "unsentSince": {"$ifNull": ["$unsentSince", after["updatedAt"]]},
            "events": events_with(
                event, kept_since=_now() - self._retention, waiting=waiting(before)
            ),
        }
        unchanged = {"_id": before["_id"], "version": before["version"]}
        result = await self._tasks.update_one(unchanged, [{"$set": changed | outgoing}])
        return result.matched_count == 1


def _now() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)  # as precise as MongoDB stores


def _next_version(task: Document) -> Document:
    # A task's times never run backwards, not even between replicas whose clocks differ, so that
    # its events sort by time as they do by version.
    return {"version": task["version"] + 1, "updatedAt": max(_now(), task["updatedAt"])}


def _check_precondition(task: Document, if_match: IfMatch | None) -> None:
    if if_match is None or if_match.allows(task["version"]):
        return
    current = Task.from_document(task).model_dump(mode="json")
    raise PreconditionFailed(
        "The task has been changed in the meantime",
        headers={"etag": etag(task["version"])},
        extra={"task": current},
    )
