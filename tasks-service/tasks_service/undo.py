"""Undoing an event, or all events of a batch, of any age.

The undo is a change like any other: an event with `causedBy`, so it can be undone in turn. A batch is
written in one transaction, or not at all.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import pymongo
from bson import ObjectId
from chassis.errors import Conflict, NotFound, Unavailable
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, Document
from pymongo import InsertOne, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import BulkWriteError

from tasks_service.access import readable
from tasks_service.changes import update_of
from tasks_service.collection import COLLECTION, SHOWN, WHOLE_FROM
from tasks_service.derived import with_derived
from tasks_service.events import event_of
from tasks_service.history import DUPLICATE_KEY
from tasks_service.operation import Operation
from tasks_service.task_writes import CONTENDED, LONGEST_PAUSE, held
from tasks_service.tasks import Tasks
from tasks_service.undo_events import UndoEvents
from tasks_service.undo_plans import AT_ONCE, Plan, Plans
from tasks_service.undo_schemas import UndoAnswer, UndoConflict, UndoRequest

MAX_ATTEMPTS: Final = 20
LONGEST_TRANSACTION: Final = 10.0  # seconds, all its attempts included
TOO_MANY_BATCHES: Final = "Too many batches are being undone at once"
CHANGED_SINCE: Final = "It has been changed since"


class _Overtaken(Exception):
    """A task is no longer as it was planned for."""


class Undo:
    """Undoes what a user did."""

    def __init__(self, database: Database, tasks: Tasks) -> None:
        self._client = database.client
        self._collection = database[COLLECTION]
        self._tasks = tasks
        self._events = UndoEvents(database)
        self._plans = Plans(database, tasks)
        self._batches: KeyedLocks[str] = KeyedLocks()

    async def undo(self, user_id: str, asked: UndoRequest, operation: Operation) -> UndoAnswer:
        """NotFound if the user has no such event; Conflict, with what stands against it.

        Unavailable if the batches before this one take too long.
        """
        if asked.event_id:
            return await self._undo(user_id, asked, operation)
        # The largest takes some 200 MiB, so one comes after the other, and a user has one place in the
        # queue.
        async with (
            held(self._batches, user_id, busy=TOO_MANY_BATCHES),
            held(self._batches, "", busy=TOO_MANY_BATCHES),
        ):
            return await self._undo(user_id, asked, operation)

    async def _undo(self, user_id: str, asked: UndoRequest, operation: Operation) -> UndoAnswer:
        batch_id = str(operation.id)
        if operation.is_retry and (done := await self._events.of_batch(user_id, batch_id)):
            return await self._answer(batch_id, done)
        if asked.event_id:
            events = await self._events.one(user_id, asked.event_id)
        else:
            events = await self._events.of_batch(user_id, asked.batch_id)
        if not events:
            raise NotFound("Event not found")
        # In this order, as a restore takes them: two that want both never wait for each other.
        async with (
            self._room_for(user_id, events) as room,
            self._tasks.writes.holding([event["taskId"] for event in events]),
        ):
            for _ in range(MAX_ATTEMPTS):
                changes = await self._changes(events, room)
                if not changes:
                    # A request with the same key may have done it just now, in another process.
                    done = await self._events.of_batch(user_id, batch_id)
                    return await self._answer(batch_id if done else None, events)
                if await self._write(changes, batch_id):
                    self._tasks.on_change()
                    return await self._answer(batch_id, events)
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 — jitter
        raise Unavailable(CONTENDED)

    @asynccontextmanager
    async def _room_for(self, user_id: str, events: Sequence[Document]) -> AsyncIterator[int]:
        """How many tasks may come out of the trash: at most as many as these events put there."""
        deleted = sum(event["type"] == "TaskDeleted" for event in events)
        if not deleted:
            yield 0
            return
        async with self._tasks.limit.taking(user_id, deleted) as room:
            yield room

    async def _changes(self, events: Sequence[Document], room: int) -> Sequence[Plan]:
        """The plans that change something. Conflict where one clashes, or past the limit."""
        plans = await self._plans.of(events)
        _refuse_clashes(plans)
        changes = [plan for plan in plans if plan.after is not None]
        for plan in changes:
            await self._tasks.writes.check_room(plan.before)
        if sum(plan.before.deleted for plan in changes) > room:
            raise Conflict(self._tasks.limit.refusal().message, extra={"conflicts": []})
        return changes

    async def _answer(self, batch_id: str | None, events: Sequence[Document]) -> UndoAnswer:
        ids = [event["taskId"] for event in events]
        found = {
            task["_id"]: readable(task)
            async for task in self._collection.find({"_id": {"$in": ids}}, SHOWN)
        }
        return UndoAnswer(batch_id=batch_id, tasks=[found[one] for one in ids if one in found])

    async def _write(self, changes: Sequence[Plan], batch_id: str) -> bool:
        """False if a task has been changed meanwhile: then nothing is written."""
        try:
            if len(changes) == 1:
                # The id of a single event is that of the operation, as of every other change.
                await self._write_all(changes, batch_id, event_id=batch_id)
                return True
            # Without a time-out the driver tries a transaction for two minutes.
            with pymongo.timeout(LONGEST_TRANSACTION):
                async with self._client.start_session() as session:
                    await session.with_transaction(
                        lambda inside: self._write_all(changes, batch_id, session=inside)
                    )
        except _Overtaken:
            return False
        except BulkWriteError as error:
            if {fault["code"] for fault in error.details["writeErrors"]} != {DUPLICATE_KEY}:
                raise
            return False
        return True

    async def _write_all(
        self,
        changes: Sequence[Plan],
        batch_id: str,
        *,
        event_id: str | None = None,
        session: AsyncClientSession | None = None,
    ) -> None:
        for start in range(0, len(changes), AT_ONCE):
            writes = []
            for plan in changes[start : start + AT_ONCE]:
                writes.append(_write_of(plan, batch_id, event_id))
                await asyncio.sleep(0)  # others get their turn
            result = await self._collection.bulk_write(writes, session=session)
            if result.matched_count + result.inserted_count < len(writes):
                raise _Overtaken


def _write_of(plan: Plan, batch_id: str, event_id: str | None) -> UpdateOne | InsertOne[Document]:
    before, after = plan.before, plan.after
    assert after is not None  # noqa: S101 — of plans that change something
    event = event_of(
        before, after, event_id=event_id, batch_id=batch_id, caused_by=plan.event["_id"]
    )
    if plan.whole_from is None:
        return UpdateOne(*update_of(before, after, event))
    made = after.to_document() | {"events": [event], WHOLE_FROM: plan.whole_from}
    return InsertOne(with_derived(made | {"unsentSince": after.updated_at}))


def _refuse_clashes(plans: Sequence[Plan]) -> None:
    conflicts: list[dict[str, Any]] = [
        UndoConflict(
            task_id=str(ObjectId(plan.before.id)),
            field=clash.field,
            from_=clash.before,
            to=clash.after,
            now=clash.now,
        ).model_dump(mode="json")
        for plan in plans
        for clash in plan.clashes
    ]
    if conflicts:
        raise Conflict(CHANGED_SINCE, extra={"conflicts": conflicts})
