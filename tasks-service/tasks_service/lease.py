"""A lease in MongoDB: of all replicas, one at a time does the work that only one should do."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypedDict, cast
from uuid import uuid4

import pymongo
import structlog
from chassis.mongo import Database
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError

COLLECTION = "leases"
LEASE_SECONDS = 3.0

log = structlog.get_logger()


class LeaseDocument(TypedDict):
    """A lease as it is stored; `_id` is its name.

    `fence` is the fencing number: it rises whenever the holder changes, so that what a superseded
    holder still writes can be refused. `expiresAt` is in UTC, by the database's clock.
    """

    _id: str
    holder: str
    fence: int
    expiresAt: datetime


class Lease:
    """One of the replicas holds it, for `seconds` after each renewal."""

    def __init__(self, database: Database, name: str, *, seconds: float = LEASE_SECONDS) -> None:
        self._leases = cast("AsyncCollection[LeaseDocument]", database[COLLECTION])
        self._name = name
        self._seconds = seconds
        self._holder = uuid4().hex
        self._held_until = 0.0
        self.fence = 0

    @property
    def held(self) -> bool:
        """Whether it is ours for sure: by our own clock it cannot have expired yet."""
        return asyncio.get_running_loop().time() < self._held_until

    async def keep(self, on_gain: Callable[[], None]) -> None:
        """Take the lease when it is free and renew it at a third of its life, until cancelled."""
        while True:
            had = self.held
            try:
                await self.try_to_hold()
            except PyMongoError as error:
                log.warning("lease not renewed", lease=self._name, error=type(error).__name__)
            if self.held and not had:
                log.info("lease gained", lease=self._name, fence=self.fence)
                on_gain()
            await asyncio.sleep(self._seconds / 3)

    async def try_to_hold(self) -> bool:
        """Take or renew the lease; False if another holds it."""
        asked_at = asyncio.get_running_loop().time()
        with pymongo.timeout(self._seconds):  # a later answer would tell of an expired lease
            lease = await self._leases.find_one_and_update(
                {"_id": self._name},
                [{"$set": self._take_over_if_free()}],
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        if lease is None or lease["holder"] != self._holder:
            self.drop()
            return False
        self.fence = lease["fence"]
        self._held_until = asked_at + self._seconds
        return True

    async def outbid(self, fence: int) -> bool:
        """Raise ours above `fence`; False if another holds the lease by now.

        When the database of the leases is lost, fences begin at 1 again, and what was written with
        an older lease has a higher one.
        """
        with pymongo.timeout(self._seconds):
            lease = await self._leases.find_one_and_update(
                {"_id": self._name, "holder": self._holder},
                {"$max": {"fence": fence + 1}},
                return_document=ReturnDocument.AFTER,
            )
        if lease is None:
            self.drop()
            return False
        self.fence = lease["fence"]
        return True

    def drop(self) -> None:
        """Stop relying on it; another may have it already."""
        self._held_until = 0.0

    async def release(self) -> None:
        """Let the next one have it at once."""
        self.drop()
        await self._leases.update_one(
            {"_id": self._name, "holder": self._holder}, [{"$set": {"expiresAt": "$$NOW"}}]
        )

    def _take_over_if_free(self) -> dict[str, Any]:
        # Every expression sees the document as it was before this update.
        ours = {"$eq": ["$holder", self._holder]}
        free = {"$lte": [{"$ifNull": ["$expiresAt", "$$NOW"]}, "$$NOW"]}
        next_fence = {"$add": [{"$ifNull": ["$fence", 0]}, 1]}
        expiry = {"$add": ["$$NOW", int(self._seconds * 1000)]}
        return {
            "holder": {"$cond": [free, self._holder, "$holder"]},
            "fence": {"$cond": [{"$and": [free, {"$not": ours}]}, next_fence, "$fence"]},
            "expiresAt": {"$cond": [{"$or": [free, ours]}, expiry, "$expiresAt"]},
        }
