"""A lease in MongoDB, by shards: at any time at most one replica works on each of them.

One document says which replicas live and which shards each of them has. A replica renews its own
entry; the same update removes those that have not renewed theirs, and frees their shards. A second
one is only needed to take shards that are free, or to give some up, when the number of replicas has
changed.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import uuid4

import pymongo
import structlog
from chassis.mongo import Database, typed_collection
from prometheus_client import Gauge
from pymongo import ReturnDocument
from pymongo.errors import PyMongoError

from tasks_service.shards import FIRST, SHARDS, share_of

COLLECTION = "leases"
LEASE_SECONDS = 3.0
BY_SHARD: Final = "by shard"

_HELD: Final = Gauge("relay_shards", "Shards whose events this replica sends.")

log = structlog.get_logger()


class LiveReplica(TypedDict):
    """`expiresAt` is in UTC, by the database's clock."""

    id: str
    expiresAt: datetime


class LeaseDocument(TypedDict):
    """A lease as it is stored; `_id` is its name.

    `shards` has for each shard the id of the replica that works on it, or null. `fence` is the
    fencing number: it rises whenever a shard changes hands, so that what a superseded replica still
    writes can be refused.

    The last release knows one `holder`, until `expiresAt`. For it the replicas of this release are
    together one holder, `BY_SHARD`, and as long as one of its own replicas holds the lease, they wait.
    """

    _id: str
    holder: str
    fence: int
    expiresAt: datetime
    replicas: list[LiveReplica]
    shards: list[str | None]


class Lease:
    """The share of one replica, for `seconds` after each renewal."""

    def __init__(self, database: Database, name: str, *, seconds: float = LEASE_SECONDS) -> None:
        self._leases = typed_collection(database, COLLECTION, LeaseDocument)
        self._name = name
        self._seconds = seconds
        self._replica = uuid4().hex
        self._shards: Sequence[int] = ()
        self._held_until = 0.0
        self.fence = 0

    @property
    def shards(self) -> Sequence[int]:
        """Those that are ours for sure: by our own clock they cannot have expired yet."""
        return self._shards if asyncio.get_running_loop().time() < self._held_until else ()

    @property
    def has_first(self) -> bool:
        """Whether this replica does what only one may do: the one that has the first shard."""
        return FIRST in self.shards

    async def keep(self, on_gain: Callable[[], None]) -> None:
        """Take our share and renew it at a third of its life, until cancelled."""
        while True:
            had = self.shards
            try:
                await self.try_to_hold()
            except PyMongoError as error:
                log.warning("lease not renewed", lease=self._name, error=type(error).__name__)
            if self.shards != had:
                log.info("shards changed", lease=self._name, shards=self.shards, fence=self.fence)
                on_gain()
            _HELD.set(len(self.shards))
            await asyncio.sleep(self._seconds / 3)

    async def try_to_hold(self) -> bool:
        """Renew our share, and take or give up what makes it a fair one; False if it is empty."""
        asked_at = asyncio.get_running_loop().time()
        with pymongo.timeout(self._seconds):  # a later answer would tell of an expired lease
            lease = await self._leases.find_one_and_update(
                {"_id": self._name},
                [{"$replaceWith": self._renewed()}],
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
            if lease is None or lease["holder"] != BY_SHARD:
                self.drop()
                return False
            lease = await self._level(lease)
        self.fence = lease["fence"]
        mine = self._owned(lease["shards"])
        # More than our share is given up when the batch under way is done: see `_level`.
        self._shards = mine[: self._share(lease)]
        self._held_until = asked_at + self._seconds
        return bool(self._shards)

    async def _level(self, lease: LeaseDocument) -> LeaseDocument:
        """Take free shards up to our share, or give up those that we have stopped working on."""
        shards, share = lease["shards"], self._share(lease)
        mine = self._owned(shards)
        free = [shard for shard, owner in enumerate(shards) if owner is None]
        owners: dict[int, str | None] = dict.fromkeys(
            free[: max(0, share - len(mine))], self._replica
        )
        owners |= dict.fromkeys(set(mine[share:]) - set(self._shards), None)
        if not owners:
            return lease
        levelled = [owners.get(shard, owner) for shard, owner in enumerate(shards)]
        changed = await self._leases.find_one_and_update(
            {"_id": self._name, "holder": BY_SHARD, "shards": shards},
            {"$set": {"shards": levelled}, "$inc": {"fence": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return changed or lease  # another replica was quicker: the next renewal sees what is left

    def _owned(self, shards: Sequence[str | None]) -> Sequence[int]:
        return [shard for shard, owner in enumerate(shards) if owner == self._replica]

    def _share(self, lease: LeaseDocument) -> int:
        return share_of(self._replica, [replica["id"] for replica in lease["replicas"]])

    async def outbid(self, fence: int, shard: int) -> bool:
        """Raise ours above `fence`; False if the shard is another's by now.

        When the database of the leases is lost, fences begin at 1 again, and what was written with
        an older lease has a higher one.
        """
        with pymongo.timeout(self._seconds):
            lease = await self._leases.find_one_and_update(
                {"_id": self._name, "holder": BY_SHARD, f"shards.{shard}": self._replica},
                {"$max": {"fence": fence + 1}},
                return_document=ReturnDocument.AFTER,
            )
        if lease is None:
            self.drop()
            return False
        self.fence = lease["fence"]
        return True

    def drop(self) -> None:
        """Stop relying on it until the next renewal; others may have our shards already."""
        self._held_until = 0.0

    async def release(self) -> None:
        """Let the others have our shards at their next renewal."""
        self.drop()
        left = {"$filter": {"input": "$replicas", "cond": {"$ne": ["$$this.id", self._replica]}}}
        ended: dict[str, Any] = {
            "replicas": left,
            "expiresAt": {"$cond": [{"$eq": [left, []]}, "$$NOW", "$expiresAt"]},
        }
        await self._leases.update_one(
            {"_id": self._name, "holder": BY_SHARD, "replicas.id": self._replica}, [{"$set": ended}]
        )

    def _renewed(self) -> dict[str, Any]:
        """The document with our entry renewed and the expired ones gone; as it was if it is not ours."""
        # Every expression sees the document as it was before this update.
        expiry = {"$add": ["$$NOW", int(self._seconds * 1000)]}
        of_last_release = {
            "$and": [{"$ne": ["$holder", BY_SHARD]}, {"$gt": ["$expiresAt", "$$NOW"]}]
        }
        live = {
            "$filter": {
                "input": {"$ifNull": ["$replicas", []]},
                "cond": {"$gt": ["$$this.expiresAt", "$$NOW"]},
            }
        }
        others = {"$filter": {"input": "$$live", "cond": {"$ne": ["$$this.id", self._replica]}}}
        owners = {"$ifNull": ["$shards", [None] * SHARDS]}
        lives = {"$in": ["$$this", "$$live.id"]}
        renewed = {
            "holder": BY_SHARD,
            "fence": {"$ifNull": ["$fence", 0]},
            "expiresAt": {"$max": ["$expiresAt", expiry]},
            "replicas": {"$concatArrays": [others, [{"id": self._replica, "expiresAt": expiry}]]},
            "shards": {"$map": {"input": owners, "in": {"$cond": [lives, "$$this", None]}}},
        }
        with_ours = {"$let": {"vars": {"live": live}, "in": {"$mergeObjects": ["$$ROOT", renewed]}}}
        return {"$cond": [of_last_release, "$$ROOT", with_ours]}
