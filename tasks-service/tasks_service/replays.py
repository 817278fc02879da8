"""Replays: the events of the history since a time are sent again.

A replay is one document, with the position up to which it is done. It is written when somebody asks
for it (`replay.py`), and the replica with the first shard carries it out, oldest events first and beside
what waits. So it goes on where it was after a restart, and takes as much memory as one batch.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypedDict

import structlog
from bson import ObjectId
from chassis.background import Backoff
from chassis.mongo import Database, Document, typed_collection
from chassis.publisher import PublishFailed
from chassis.rabbit import RabbitConnection
from pymongo import ASCENDING
from pymongo.errors import PyMongoError

from tasks_service.backfill import Backfill
from tasks_service.history import BASELINE, BY_TIME, History, message_of_kept
from tasks_service.lease import Lease
from tasks_service.publishing import EventPublisher

COLLECTION: Final = "replays"
POLL_SECONDS = 1.0
BATCH_EVENTS = 200
ID: Final = "replay"

log = structlog.get_logger()


class Position(TypedDict):
    """Of an event in the index by time; an odd one may have no version."""

    timestamp: datetime
    version: int | None
    eventId: str


class ReplayDocument(TypedDict):
    """`order` is the id of the request for it; a later one begins anew, at the earlier `since`."""

    _id: str
    order: ObjectId
    since: datetime
    position: Position


class Replays:
    """Runs in every replica; the one that has the first shard works."""

    def __init__(
        self, database: Database, rabbit: RabbitConnection, lease: Lease, backfill: Backfill
    ) -> None:
        self._replays = typed_collection(database, COLLECTION, ReplayDocument)
        self._history = History(database)
        self._rabbit = rabbit
        self._publisher = EventPublisher(rabbit)
        self._lease = lease
        self._backfill = backfill

    async def watch(self) -> None:
        """Send what is asked for, until cancelled."""
        backoff = Backoff()
        while True:
            try:
                while self._lease.has_first and self._rabbit.is_up and await self._send_batch():
                    backoff.reset()
            except (PyMongoError, PublishFailed) as error:
                log.warning("replay interrupted, will retry", error=type(error).__name__)
                await backoff.wait()
            else:
                await asyncio.sleep(POLL_SECONDS)

    async def _send_batch(self) -> bool:
        """False when there is nothing to send."""
        replay = await self._replays.find_one({"_id": ID})
        if replay is None:
            return False
        if not replay["position"]["eventId"]:  # it begins
            await self._backfill.move_all(pause=0)
        events = await self._behind(replay["position"])
        current = {"_id": ID, "order": replay["order"]}
        if not events:
            await self._replays.delete_one(current)
            log.info("replay done", since=replay["since"].isoformat())
            return False
        await self._send(events)
        last = events[-1]
        position = Position(
            timestamp=last["timestamp"], version=last.get("version"), eventId=last["_id"]
        )
        await self._replays.update_one(current, {"$set": {"position": position}})
        return True

    async def _behind(self, position: Position) -> list[Document]:
        """The next events; MongoDB's `min` begins with the one at the position itself."""
        keys: list[tuple[str, Any]] = [
            ("timestamp", position["timestamp"]),
            ("version", position["version"]),
            ("_id", position["eventId"]),
        ]
        others = {"type": {"$ne": BASELINE}, "_id": {"$ne": position["eventId"]}}
        found = self._history.events.find(others, hint=BY_TIME).min(keys)
        by_time = found.sort([(name, ASCENDING) for name, _ in keys])
        # One batch of the driver, and so at most 16 MiB: a negative limit asks for no more.
        return await by_time.batch_size(BATCH_EVENTS).limit(-BATCH_EVENTS).to_list()

    async def _send(self, events: Sequence[Document]) -> None:
        """PublishFailed if one of them was not confirmed."""
        of_tasks = defaultdict[str, list[Document]](list)
        for event in events:
            of_tasks[repr(event.get("taskId"))].append(event)
        sent = await asyncio.gather(
            *(self._send_in_order(one) for one in of_tasks.values()), return_exceptions=True
        )
        for failure in sent:
            if failure is not None:
                raise failure

    async def _send_in_order(self, events: Sequence[Document]) -> None:
        for event in events:
            try:
                message = message_of_kept(event)
                await self._publisher.publish(message)
            except (KeyError, ValueError) as fault:
                reason = type(fault).__name__  # its text may quote what is stored
                log.error("event cannot be sent", id=event["_id"], reason=reason)  # noqa: TRY400
