"""Giving parked messages back to the queue, and finding out what became of them."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from chassis import parked
from chassis.mongo import Database
from chassis.parked_message import ParkedMessage
from chassis.publisher import Publisher
from chassis.rabbit import RabbitConnection
from contracts.events import PARKED_QUEUE, QUEUE
from pymongo.errors import PyMongoError

from activity_service.activities import COLLECTION
from activity_service.messages import Poison, read

CHUNK = 100  # messages between two reports of progress
OUTCOME_TIMEOUT = 10.0  # seconds
OUTCOME_INTERVAL = 0.25


@dataclass(frozen=True)
class Outcome:
    """What became of the replayed messages; `unknown` are neither stored nor parked again yet."""

    replayed: int
    accepted: int
    parked_again: int

    @property
    def unknown(self) -> int:
        return self.replayed - self.accepted - self.parked_again


@dataclass(frozen=True)
class _Copy:
    """What tells one parked copy of a message from the next, without keeping its body."""

    digest: bytes
    parked_at: str
    event_id: str | None

    @classmethod
    def of(cls, message: ParkedMessage) -> "_Copy":
        try:
            event_id = read(message.body).event.event_id
        except Poison:
            event_id = None
        return cls(hashlib.sha256(message.body).digest(), message.parked_at, event_id)


class Replay:
    """One replay of the messages that were parked when it began, and of no others."""

    def __init__(
        self, rabbit: RabbitConnection, database: Database, present: Sequence[_Copy], total: int
    ) -> None:
        self._rabbit = rabbit
        self._activities = database[COLLECTION]
        self._present = frozenset(present)
        self._moved: list[_Copy] = []
        self.total = total

    @classmethod
    async def of_present(
        cls, rabbit: RabbitConnection, database: Database, limit: int | None
    ) -> "Replay":
        """The first `limit` messages that are parked now, or all."""
        present = await _copies(rabbit)
        total = len(present) if limit is None else min(limit, len(present))
        return cls(rabbit, database, present, total)

    async def move(self) -> AsyncIterator[int]:
        """Move them to the queue, yielding how many are moved so far.

        Raises PublishFailed when one cannot be moved; it and the rest stay parked.
        """
        publisher = Publisher(self._rabbit)
        moving = parked.replay(self._rabbit, publisher, PARKED_QUEUE, to=QUEUE, limit=self.total)
        async with aclosing(moving) as messages:
            async for message in messages:
                self._moved.append(_Copy.of(message))
                moved = len(self._moved)
                if moved % CHUNK == 0 or moved == self.total:
                    yield moved

    async def outcome(self) -> Outcome:
        """What became of the moved messages, waiting up to `OUTCOME_TIMEOUT` for it."""
        deadline = asyncio.get_running_loop().time() + OUTCOME_TIMEOUT
        while True:
            outcome = Outcome(len(self._moved), await self._accepted(), await self._parked_again())
            if outcome.unknown <= 0 or asyncio.get_running_loop().time() > deadline:
                return outcome
            await asyncio.sleep(OUTCOME_INTERVAL)

    async def _accepted(self) -> int:
        ids = [copy.event_id for copy in self._moved if copy.event_id]
        try:
            found = await self._activities.find({"_id": {"$in": ids}}, ["_id"]).to_list()
        except PyMongoError:
            return 0
        stored = {document["_id"] for document in found}
        return sum(event_id in stored for event_id in ids)

    async def _parked_again(self) -> int:
        moved = {copy.digest for copy in self._moved}
        now = await _copies(self._rabbit)
        return sum(copy.digest in moved and copy not in self._present for copy in now)


async def _copies(rabbit: RabbitConnection) -> list[_Copy]:
    async with aclosing(parked.peek(rabbit, PARKED_QUEUE, limit=sys.maxsize)) as messages:
        return [_Copy.of(message) async for message in messages]
