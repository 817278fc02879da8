"""Moves into the history what another release has left in the tasks, and makes baselines.

This release takes each event out of its task as soon as it is sent. The last one leaves sent events
there, and trims them. Two partial indexes hold the tasks that it has written, and no others, so a
look at tasks of which there is nothing to move reads none.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import pymongo
import structlog
from bson import ObjectId
from chassis.mongo import Database, Document
from pymongo import UpdateOne
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from tasks_service.baseline import baseline_of
from tasks_service.collection import (
    COLLECTION,
    UNKNOWN,
    UNMOVED,
    WHOLE_FROM,
    WITH_SENT_EVENTS,
    WITHOUT_HISTORY,
)
from tasks_service.events import message_of
from tasks_service.hints import is_missing_index
from tasks_service.history import History, kept
from tasks_service.lease import Lease
from tasks_service.marks import events_but
from tasks_service.schemas import StoredTask, UnreadableTask

BATCH: Final = 50  # tasks
MOST_READ: Final = 1000  # events of one task
PAUSE: Final = 0.05  # seconds between two batches: requests come first
INTERVAL: Final = 5.0  # seconds between two looks
WITHOUT_LEASE: Final = 1.0  # seconds between two looks whether this replica has the lease
MAX_SET_ASIDE: Final = 1000

_LOOKS: Final[list[tuple[str, Document]]] = [
    (UNMOVED, WITH_SENT_EVENTS),
    (UNKNOWN, WITHOUT_HISTORY),
]

log = structlog.get_logger()


class Backfill:
    """Runs in every replica; the one that has the first shard works.

    It may end at any point: what is inserted twice is there once, and a task leaves the index only
    when the history has its events.
    """

    def __init__(self, database: Database, lease: Lease) -> None:
        self._tasks = database.get_collection(COLLECTION, read_concern=ReadConcern("majority"))
        self._history = History(database)
        self._lease = lease
        self._set_aside: dict[str, ObjectId] = {}  # by their texts, as in `set_aside.py`

    async def watch(self) -> None:
        """Move a few tasks at a time, until cancelled."""
        while True:
            if self._lease.has_first:
                try:
                    await self.move_all(pause=PAUSE)
                except PyMongoError as error:
                    log.warning("backfill interrupted", error=type(error).__name__)
            await asyncio.sleep(INTERVAL if self._lease.has_first else WITHOUT_LEASE)

    async def move_all(self, *, pause: float) -> None:
        """Return when nothing is left that can be moved; `pause` in seconds, between two batches."""
        moved = 0
        for index, query in _LOOKS:
            while self._lease.has_first and (written := await self._move_some(index, query)):
                moved += written
                await asyncio.sleep(pause)
        if moved:
            log.info("moved events into the history", tasks=moved)

    async def _move_some(self, index: str, query: Document) -> int:
        """How many tasks were still as they had been read, or were set aside."""
        if len(self._set_aside) >= MAX_SET_ASIDE:
            return 0
        others = {"_id": {"$nin": list(self._set_aside.values())}}
        # One batch of the driver, and so at most 16 MiB: a negative limit asks for no more.
        found = self._tasks.find(query | others, {"derived": False}, hint=index).limit(-BATCH)
        try:
            documents = await found.to_list()
        except OperationFailure as error:
            if not is_missing_index(error):
                raise
            return 0  # without its index a look reads all tasks. It is being built.
        set_aside = len(self._set_aside)
        events: list[Document] = []
        moves: list[UpdateOne] = []
        for document in documents:
            try:
                events += await self._move(document, moves)
            except (UnreadableTask, LookupError, TypeError, ValueError, AttributeError) as fault:
                self._leave(document, reason=type(fault).__name__)
        await self._history.add(events)
        written = (await self._tasks.bulk_write(moves, ordered=False)).matched_count if moves else 0
        return written + len(self._set_aside) - set_aside

    async def _move(self, document: Document, moves: list[UpdateOne]) -> Sequence[Document]:
        """What the history must have before the update, which is added to `moves`."""
        sent_version = document.get("sentVersion")
        task = StoredTask.from_document(document)
        stored = document.get("events", [])
        sent = [event for event in stored if event["version"] <= (sent_version or 0)]
        if len(sent) < len(stored):
            self._leave(document, reason="an event waits without a mark")
        events = [kept(document, one, message_of(document, one).event_id) for one in sent]
        baseline = await self._baseline(document, task, events)
        was_sent = {"$lte": ["$$this.version", sent_version or 0]}
        whole_from = document.get(WHOLE_FROM) or 1
        if baseline is not None:
            events.append(baseline)
            whole_from = baseline["version"]
        update = {"events": events_but(was_sent), WHOLE_FROM: whole_from}
        unchanged = {"_id": document["_id"], "sentVersion": sent_version}
        moves.append(UpdateOne(unchanged, [{"$set": update}]))
        return events

    async def _baseline(
        self, document: Document, task: StoredTask, events: Sequence[Document]
    ) -> Document | None:
        oldest = min((event["version"] for event in events), default=1)
        of_task = {"userId": task.user, "taskId": document["_id"]}
        whole_up_to = 0
        if WHOLE_FROM in document:
            # What came before has been looked at; the last release may have trimmed since then.
            before = await self._history.events.find_one(of_task | {"version": oldest - 1})
            whole_up_to = 0 if before is None else oldest - 1
        newer = self._history.events.find(of_task | {"version": {"$gt": whole_up_to}})
        known = await newer.sort("version", pymongo.DESCENDING).limit(MOST_READ).to_list()
        return baseline_of(task, [*events, *known], whole_up_to=whole_up_to)

    def _leave(self, document: Document, *, reason: str) -> None:
        """Do not look at this task again. The reason must not quote what is stored."""
        self._set_aside[repr(document["_id"])] = document["_id"]
        log.error("events cannot be moved", task=str(document["_id"]), reason=reason)
