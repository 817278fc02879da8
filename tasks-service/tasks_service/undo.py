"""Undoing an event, or all events of a batch, of any age.

The undo is a change like any other: an event with `causedBy`, so it can be undone in turn. A batch is
written in one transaction, or not at all.
"""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Final, TypeAlias

from bson import ObjectId
from chassis.errors import Conflict, NotFound, Unavailable
from chassis.mongo import Database, Document
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError

from tasks_service.access import readable
from tasks_service.changes import update_of
from tasks_service.collection import COLLECTION, SHOWN, WHOLE_FROM
from tasks_service.derived import with_derived
from tasks_service.events import event_of
from tasks_service.history import BASELINE, History, kept
from tasks_service.idempotency import Operation
from tasks_service.schemas import StoredTask
from tasks_service.tasks import CONTENDED, LONGEST_PAUSE, Tasks
from tasks_service.undo_plans import Plan, Plans
from tasks_service.undo_schemas import UndoAnswer, UndoConflict, UndoRequest

MAX_ATTEMPTS: Final = 20
CHANGED_SINCE: Final = "It has been changed since"


Changes: TypeAlias = Sequence[tuple[Plan, StoredTask]]
"""What to write, and the tasks as they are then."""


class _Overtaken(Exception):
    """A task is no longer as it was planned for."""


class Undo:
    """Undoes what a user did."""

    def __init__(self, database: Database, tasks: Tasks) -> None:
        self._database = database
        self._collection = database[COLLECTION]
        self._tasks = tasks
        self._history = History(database)
        self._plans = Plans(database, tasks.now)

    async def undo(self, user_id: str, asked: UndoRequest, operation: Operation) -> UndoAnswer:
        """NotFound if the user has no such event; Conflict, with what stands against it."""
        batch_id = str(operation.id)
        if done := await self._events(user_id, "batchId", batch_id):
            return await self._answer(batch_id, done)
        name = "eventId" if asked.event_id else "batchId"
        events = await self._events(user_id, name, asked.event_id or asked.batch_id)
        if not events:
            raise NotFound("Event not found")
        for _ in range(MAX_ATTEMPTS):
            plans = [await self._plans.of(event) for event in events]
            _refuse_clashes(plans)
            changes = [(plan, plan.after) for plan in plans if plan.after is not None]
            if not changes:
                return await self._answer(None, events)
            if await self._write(user_id, changes, batch_id):
                self._tasks.on_change()
                return await self._answer(batch_id, events)
            await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 — jitter
        raise Unavailable(CONTENDED)

    async def _events(self, user_id: str, name: str, value: str) -> list[Document]:
        """Of the user, by `eventId` or `batchId`: first those that wait, then the history's."""
        waiting = {"user": user_id, "unsentSince": {"$exists": True}, f"events.{name}": value}
        events: dict[str, Document] = {}
        async for task in self._collection.find(waiting, {"user": True, "events": True}):
            for event in task["events"]:
                if event.get(name) == value:
                    events[event["eventId"]] = kept(task, event, event["eventId"])
        key = "_id" if name == "eventId" else name
        sent = {key: value, "userId": user_id, "type": {"$ne": BASELINE}}
        async for event in self._history.events.find(sent):
            events[event["_id"]] = event
        return list(events.values())

    async def _answer(self, batch_id: str | None, events: Sequence[Document]) -> UndoAnswer:
        ids = [event["taskId"] for event in events]
        found = {
            task["_id"]: readable(task)
            async for task in self._collection.find({"_id": {"$in": ids}}, SHOWN)
        }
        return UndoAnswer(batch_id=batch_id, tasks=[found[one] for one in ids if one in found])

    async def _write(self, user_id: str, changes: Changes, batch_id: str) -> bool:
        """False if a task has been changed meanwhile: then nothing is written."""
        for plan, _ in changes:
            await self._tasks.check_room(plan.before)
        restored = sum(plan.before.deleted for plan, _ in changes)
        async with AsyncExitStack() as stack:
            if restored:
                granted = await stack.enter_async_context(
                    self._tasks.limit.taking(user_id, restored)
                )
                if granted < restored:
                    raise self._tasks.limit.refusal()
            try:
                if len(changes) == 1:
                    await self._write_all(changes, batch_id, None)
                else:
                    async with self._database.client.start_session() as session:
                        await session.with_transaction(
                            lambda inside: self._write_all(changes, batch_id, inside)
                        )
            except (_Overtaken, DuplicateKeyError):
                return False
        return True

    async def _write_all(
        self, changes: Changes, batch_id: str, session: AsyncClientSession | None
    ) -> None:
        for plan, after in changes:
            # The id of a single event is that of the operation, as of every other change.
            event_id = batch_id if len(changes) == 1 else None
            event = event_of(
                plan.before,
                after,
                event_id=event_id,
                batch_id=batch_id,
                caused_by=plan.event["_id"],
            )
            if plan.is_there:
                written = await self._collection.update_one(
                    *update_of(plan.before, after, event), session=session
                )
                if written.matched_count == 0:
                    raise _Overtaken
            else:
                made = after.to_document() | {"events": [event], WHOLE_FROM: 1}
                made["unsentSince"] = after.updated_at
                await self._collection.insert_one(with_derived(made), session=session)


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
