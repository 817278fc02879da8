"""One change of many tasks: read in one query, and written a hundred in one command.

Each task is changed alone, with its event, if it is still the version that was read. Those that
are not are read and written again, and at last one by one, where requests wait for each other. The
events carry the id of the batch: a retry after a crash tells by it which tasks are done, from the
events that wait and from the history.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from bson import ObjectId
from chassis.errors import BadRequest, Conflict, ServiceError
from chassis.mongo import Database, Document
from contracts.errors import FieldError
from pymongo import UpdateOne

from tasks_service.access import readable
from tasks_service.bulk_edits import edit_of
from tasks_service.bulk_schemas import MAX_TASKS, BulkAnswer, BulkChange, BulkResult
from tasks_service.changes import Values, next_version, update_of
from tasks_service.collection import COLLECTION
from tasks_service.events import EVENTS, MAX_UNMEASURED, event_of, waiting
from tasks_service.filter_input import filters_of
from tasks_service.listing import Listing
from tasks_service.operation import Operation
from tasks_service.schemas import StoredTask
from tasks_service.tasks import Tasks

AT_ONCE: Final = 100  # tasks in one command: between two the process answers others
MAX_ROUNDS: Final = 4
LONGEST_PAUSE: Final = 0.02  # seconds, between two rounds


class Outcome(NamedTuple):
    """What became of a task; `version` is None unless the status is 200."""

    status: int
    version: int | None = None


class _Write(NamedTuple):
    task_id: ObjectId
    before: StoredTask
    after: StoredTask


class Bulk:
    """Changes of many tasks."""

    def __init__(self, database: Database, tasks: Tasks, listing: Listing) -> None:
        self._database = database
        self._tasks = tasks
        self._listing = listing

    async def change(self, user_id: str, change: BulkChange, operation: Operation) -> BulkAnswer:
        """Change each of the tasks, or say why not. BadRequest if a filter matches too many."""

        async def matching() -> Sequence[ObjectId]:
            filters = filters_of(change.where)
            found = await self._listing.matching(user_id, filters, limit=MAX_TASKS + 1)
            if len(found) > MAX_TASKS:
                fault = FieldError(field="where", message=f"matches more than {MAX_TASKS} tasks")
                raise BadRequest("Invalid input", errors=[fault])
            return found

        given = [ObjectId(task_id) for task_id in change.ids]
        asked = given or await operation.targets(matching)
        batch = _Batch(self._database, self._tasks, user_id, change, str(operation.id))
        outcomes = await batch.run([*dict.fromkeys(asked)])
        return BulkAnswer(
            batch_id=batch.id if batch.has_changed else None,
            results=[
                BulkResult(id=str(task_id), **outcomes[task_id]._asdict()) for task_id in asked
            ],
        )


class _Batch:
    """The tasks of one bulk change, and what became of them."""

    def __init__(
        self, database: Database, tasks: Tasks, user_id: str, change: BulkChange, batch_id: str
    ) -> None:
        self._collection = database[COLLECTION]
        self._tasks = tasks
        self._user_id = user_id
        self._edit = edit_of(user_id, change)
        self._restores = change.does == "restore"
        self._outcomes: dict[ObjectId, Outcome] = {}
        self.id = batch_id
        self.has_changed = False

    async def run(self, task_ids: Sequence[ObjectId]) -> Mapping[ObjectId, Outcome]:
        """What became of each of the tasks."""
        pending = task_ids
        for _ in range(MAX_ROUNDS):
            for start in range(0, len(pending), AT_ONCE):
                some = pending[start : start + AT_ONCE]
                await self._change_some(some, await self._read(some))
            pending = [task_id for task_id in pending if task_id not in self._outcomes]
            if not pending:
                break
            await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 — jitter
        for task_id in pending:
            await self._change_alone(task_id)
        return self._outcomes

    async def _read(self, task_ids: Sequence[ObjectId]) -> dict[ObjectId, Document]:
        """The tasks, with those of their events that are the batch's own."""
        of_batch = {
            "input": EVENTS,
            "cond": {"$eq": ["$$this.batchId", self.id]},
        }
        found = await self._collection.aggregate(
            [
                {"$match": {"_id": {"$in": task_ids}}},
                {"$unset": "derived"},
                {"$set": {"events": {"$filter": of_batch}}},
            ]
        )
        documents = {document["_id"]: document async for document in found}
        sent = await self._tasks.history.versions_of_batch(self.id, documents.keys())
        for task_id, version in sent.items():
            documents[task_id]["events"] = [{"version": version}]
        return documents

    async def _change_some(
        self, task_ids: Sequence[ObjectId], found: Mapping[ObjectId, Document]
    ) -> None:
        writes = []
        for task_id in task_ids:
            try:
                write = self._prepare(task_id, found.get(task_id))
            except ServiceError as refusal:
                self._refuse(task_id, refusal)
            else:
                writes += [write] if write else []
        if writes:
            async with self._room_for(len(writes)) as room:
                for write in writes[room:]:
                    self._refuse(write.task_id, self._tasks.limit.refusal())
                await self._write(writes[:room])

    def _prepare(self, task_id: ObjectId, document: Document | None) -> _Write | None:
        """What to write; None if there is nothing to write now."""
        before = readable(document)
        if document and document["events"]:
            self._change_done(task_id, document["events"][0]["version"])
            return None
        after = next_version(before, self._edit(before), self._tasks.now())
        if after is None:
            self._outcomes[task_id] = Outcome(200, before.version)
            return None
        if waiting(before) > MAX_UNMEASURED:
            return None  # it is measured before it is changed alone
        return _Write(task_id, before, after)

    async def _write(self, writes: Sequence[_Write]) -> None:
        if not writes:  # no room for a single one; MongoDB takes no empty command
            return
        updates = []
        for _, before, after in writes:
            event = event_of(before, after, batch_id=self.id)
            updates.append(UpdateOne(*update_of(before, after, event)))
            await asyncio.sleep(0)  # others get their turn: a large task takes some milliseconds
        result = await self._collection.bulk_write(updates, ordered=False)
        self._tasks.on_change()
        if result.matched_count == len(writes):  # else the next round finds out which were written
            for write in writes:
                self._change_done(write.task_id, write.after.version)

    async def _change_alone(self, task_id: ObjectId) -> None:
        async def edit(before: StoredTask) -> Values:
            return self._edit(before)

        document = (await self._read([task_id])).get(task_id)
        if document and document["events"]:  # the last round wrote it, but not all of its command
            self._change_done(task_id, document["events"][0]["version"])
            return
        try:
            async with self._room_for(1) as room:
                if not room:
                    raise self._tasks.limit.refusal()
                task, event_id = await self._tasks.writes.change(task_id, edit, batch_id=self.id)
        except ServiceError as refusal:
            self._refuse(task_id, refusal)
        else:
            self._outcomes[task_id] = Outcome(200, task.version)
            self.has_changed |= event_id is not None

    @asynccontextmanager
    async def _room_for(self, tasks: int) -> AsyncIterator[int]:
        """How many of them may be written: a user may have only so many outside the trash."""
        if not self._restores:
            yield tasks
            return
        async with self._tasks.limit.taking(self._user_id, tasks) as room:
            yield room

    def _change_done(self, task_id: ObjectId, version: int) -> None:
        self._outcomes[task_id] = Outcome(200, version)
        self.has_changed = True

    def _refuse(self, task_id: ObjectId, refusal: ServiceError) -> None:
        # A user with too many tasks is no status of a single task: what was asked cannot be done.
        status = 400 if isinstance(refusal, Conflict) else refusal.status
        self._outcomes[task_id] = Outcome(status)
