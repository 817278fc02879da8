"""Attempts counted over a sliding window, in MongoDB for all replicas together.

An attempt takes a place in its counters before its outcome is known, and gives the places back or
keeps them when it is: however many come at once, no more than the bound are ever under way. When
all places are taken, some by attempts still undecided, an attempt waits for those.
"""

import asyncio
import hashlib
import math
import random
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, NotRequired, TypedDict

import pymongo
import structlog
from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.errors import TooManyRequests, Unavailable
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, typed_collection
from pymongo import IndexModel, ReturnDocument, UpdateOne, WriteConcern
from pymongo.errors import DuplicateKeyError, PyMongoError

INDEXES: Final = [IndexModel("expiresAt", expireAfterSeconds=0)]
WINDOW: Final = timedelta(minutes=15)
UNDECIDED_AT_MOST: Final = timedelta(seconds=60)  # after that it keeps its place
PATIENCE: Final = 25.0  # seconds that an attempt waits for undecided ones
RELEASE_TIMEOUT: Final = 1.0  # seconds

log = structlog.get_logger()


class Place(TypedDict):
    """A place that is taken: for the whole window, or until `undecidedUntil` by an undecided one."""

    by: ObjectId
    at: datetime
    undecidedUntil: NotRequired[datetime]


class PlaceCounter(TypedDict):
    """A document. `_id` is the kind of counter and the digest of its subject."""

    _id: str
    places: list[Place]
    expiresAt: datetime


class Counter(NamedTuple):
    """What is counted. Without `refuses`, an attempt is counted while there is room, and goes on."""

    kind: str
    key: str
    bound: int
    refuses: bool = True


def counter_of(kind: str, subject: str, bound: int, *, refuses: bool = True) -> Counter:
    """A counter that stores no more of its subject than a digest."""
    digest = hashlib.sha256(subject.encode()).hexdigest()
    return Counter(kind, f"{kind}: {digest}", bound, refuses)


class Places:
    """The counters in one collection. `message` is what a client reads that is refused."""

    def __init__(
        self, database: Database, collection: str, message: str, now: Clock = utc_now
    ) -> None:
        # A place forgotten in a failover costs less than every attempt waiting for the journal.
        self._counters = typed_collection(database, collection, PlaceCounter).with_options(
            write_concern=WriteConcern(w=1, j=False)
        )
        self._message = message
        self._now = now
        self._turns = KeyedLocks[str]()

    async def take(
        self, counters: Sequence[Counter], attempt: ObjectId, turns: AsyncExitStack
    ) -> None:
        """Take a place in each; `turns` is to be closed when the attempt is decided.

        Everybody takes places in the same order, hence nobody waits in a circle. Raises
        TooManyRequests when there is no place, and Unavailable when too many attempts stay
        undecided for too long.
        """
        try:
            async with asyncio.timeout(PATIENCE) as patience:
                for counter in counters:
                    if not counter.refuses:
                        await self._add_if_room(counter, attempt, self._now())
                        continue
                    # No more attempts of this process than the bound ask MongoDB at a time.
                    turn = self._turns.hold(counter.key, places=counter.bound)
                    await turns.enter_async_context(turn)
                    await self._wait_for_place(counter, attempt, patience)
        except TimeoutError:  # more attempts than bcrypt can decide
            raise Unavailable(retry_after=2) from None

    async def settle(
        self, attempt: ObjectId, counters: Sequence[Counter], updates: Sequence[Mapping[str, Any]]
    ) -> None:
        """Update the places of this attempt; in a counter where it has none, nothing."""
        operations = [
            UpdateOne({"_id": counter.key, "places.by": attempt}, update)
            for counter, update in zip(counters, updates, strict=True)
        ]
        if operations:
            await self._counters.bulk_write(operations, ordered=False)

    async def keep(self, attempt: ObjectId, counters: Sequence[Counter]) -> None:
        """The attempt is decided, and counts."""
        await self.settle(attempt, counters, [KEPT] * len(counters))

    async def release(self, attempt: ObjectId, counters: Sequence[Counter]) -> None:
        """The attempt came to nothing, and somebody waits already.

        What is not released in time stays undecided, and then counts.
        """
        with suppress(PyMongoError), pymongo.timeout(RELEASE_TIMEOUT):
            await self.settle(attempt, counters, [released(attempt)] * len(counters))

    async def _wait_for_place(
        self, counter: Counter, attempt: ObjectId, patience: asyncio.Timeout
    ) -> None:
        while not await self._take_place(counter, attempt):
            if patience.expired():  # its cancellation was lost, see chassis.background.end
                raise TimeoutError
            await asyncio.sleep(random.uniform(0.03, 0.1))  # noqa: S311 — jitter, not a secret

    async def _take_place(self, counter: Counter, attempt: ObjectId) -> bool:
        """False while undecided attempts take all places; TooManyRequests if decided ones do."""
        now = self._now()
        places = await self._add_if_room(counter, attempt, now)
        if any(place["by"] == attempt for place in places):
            return True
        if any(place.get("undecidedUntil", now) > now for place in places):
            return False
        free_at = min(place["at"] for place in places) + WINDOW
        log.warning("attempt refused", too_many_for=counter.kind)
        wait = math.ceil((free_at - now).total_seconds())
        raise TooManyRequests(self._message, retry_after=max(1, wait))

    async def _add_if_room(
        self, counter: Counter, attempt: ObjectId, now: datetime
    ) -> Sequence[Place]:
        """The places of the window as they are then, this attempt's among them if there was room."""
        place: Place = {"by": attempt, "at": now, "undecidedUntil": now + UNDECIDED_AT_MOST}
        stored = {"$ifNull": ["$places", []]}
        recent = {"$filter": {"input": stored, "cond": {"$gt": ["$$this.at", now - WINDOW]}}}
        has_room = {"$lt": [{"$size": "$places"}, counter.bound]}
        with_place = {"$concatArrays": ["$places", [place]]}
        pipeline: list[Mapping[str, Any]] = [
            {"$set": {"places": recent, "expiresAt": now + WINDOW}},
            {"$set": {"places": {"$cond": [has_room, with_place, "$places"]}}},
        ]
        try:
            document = await self._counters.find_one_and_update(
                {"_id": counter.key}, pipeline, upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:  # two first attempts at once; now it exists
            return await self._add_if_room(counter, attempt, now)
        assert document is not None  # noqa: S101 — it was upserted
        return document["places"]


KEPT: Final[Mapping[str, Any]] = {"$unset": {"places.$.undecidedUntil": ""}}


def released(attempt: ObjectId) -> Mapping[str, Any]:
    """The update that gives the place back."""
    return {"$pull": {"places": {"by": attempt}}}
