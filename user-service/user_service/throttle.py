"""Failed logins, counted exactly over a sliding window, in MongoDB for all replicas together.

A login is counted before its password is looked at and discounted when the password was right:
however many guesses come at once, no more than the bound are ever compared. A login that would
be over the bound only if logins still undecided fail waits for them, so that many right
passwords at once are not taken for an attack.

`login_failures`: `{_id: kind and digest, failures: [{by, at, undecidedUntil?}], expiresAt}`.
"""

import asyncio
import hashlib
import math
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from weakref import WeakValueDictionary

import pymongo
import structlog
from bson import ObjectId
from chassis.client_network import client_network
from chassis.clock import Clock, utc_now
from chassis.errors import TooManyRequests, Unauthorized, Unavailable
from chassis.mongo import Database, Document
from pymongo import IndexModel, ReturnDocument, UpdateOne, WriteConcern
from pymongo.errors import DuplicateKeyError, PyMongoError

LOGIN_FAILURES: Final = "login_failures"
INDEXES: Final = {LOGIN_FAILURES: [IndexModel("expiresAt", expireAfterSeconds=0)]}
WINDOW: Final = timedelta(minutes=15)
UNDECIDED_AT_MOST: Final = timedelta(seconds=60)  # then whoever held it is gone: it was a failure
PATIENCE: Final = 25.0  # seconds that a login waits for undecided ones
RELEASE_TIMEOUT: Final = 1.0  # seconds
ACCOUNT_AND_ADDRESS: Final = "account and address"
MESSAGE: Final = "Too many failed logins, try again later"

log = structlog.get_logger()


class Bounds(NamedTuple):
    """How many failures within the window; 0 is no bound."""

    account_and_address: int
    account: int
    address: int


class _Counter(NamedTuple):
    kind: str
    key: str
    bound: int


class LoginThrottle:
    """Refuses logins of an account, an address, or both together, that failed too often."""

    def __init__(self, database: Database, bounds: Bounds, now: Clock = utc_now) -> None:
        # A failure forgotten in a failover costs less than every login waiting for the journal.
        self._collection = database.get_collection(
            LOGIN_FAILURES, write_concern=WriteConcern(w=1, j=False)
        )
        self._bounds = bounds
        self._now = now
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def attempt(self, email: str, address: str) -> AsyncIterator[None]:
        """Around the comparison of the password, which raises Unauthorized if it was wrong.

        Raises TooManyRequests before it, if there were too many failures, and Unavailable if too
        many logins stay undecided for too long. The right password forgives this account's
        failures from this address. `email` is in lower case.
        """
        counters = self._counters(email, address)
        reservation = ObjectId()
        async with AsyncExitStack() as turns:
            try:
                await self._reserve_all(counters, reservation, turns)
                yield
            except Unauthorized:
                await self._write([self._failed(counter, reservation) for counter in counters])
                raise
            except Exception:  # no verdict; a cancelled one stays undecided, then counts
                # What is not released in time runs out by itself, and the client waits already.
                with suppress(PyMongoError), pymongo.timeout(RELEASE_TIMEOUT):
                    await self._write([_released(counter, reservation) for counter in counters])
                raise
            await self._write([_succeeded(counter, reservation) for counter in counters])

    def _counters(self, email: str, address: str) -> list[_Counter]:
        """The narrowest first, so that what it refuses does not even touch the others.

        Everybody reserves in this order, hence nobody waits in a circle.
        """
        client = client_network(address)
        counters = [
            _counter(ACCOUNT_AND_ADDRESS, f"{email} {client}", self._bounds.account_and_address),
            _counter("account", email, self._bounds.account),
            _counter("address", client, self._bounds.address),
        ]
        return [counter for counter in counters if counter.bound]

    async def _reserve_all(
        self, counters: Sequence[_Counter], reservation: ObjectId, turns: AsyncExitStack
    ) -> None:
        try:
            async with asyncio.timeout(PATIENCE) as patience:
                for counter in counters:
                    # Here no more logins than the bound are undecided at a time, so those of this
                    # process queue without asking MongoDB again and again.
                    turn = self._turns.setdefault(counter.key, asyncio.Semaphore(counter.bound))
                    await turns.enter_async_context(turn)
                    await self._reserve(counter, reservation, patience)
        except TimeoutError:  # no failures: more logins than bcrypt can decide
            raise Unavailable(retry_after=2) from None

    async def _reserve(
        self, counter: _Counter, reservation: ObjectId, patience: asyncio.Timeout
    ) -> None:
        while True:
            if patience.expired():  # its cancellation was swallowed, see chassis.background.end
                raise TimeoutError
            now = self._now()
            failures = await self._try_to_reserve(counter, reservation, now)
            if any(failure["by"] == reservation for failure in failures):
                return
            if not any(failure.get("undecidedUntil", now) > now for failure in failures):
                free_at = min(failure["at"] for failure in failures) + WINDOW
                wait = math.ceil((free_at - now).total_seconds())
                log.warning("login refused", too_many_for=counter.kind)
                raise TooManyRequests(MESSAGE, retry_after=max(1, wait))
            await asyncio.sleep(random.uniform(0.03, 0.1))  # noqa: S311 — jitter, not a secret

    async def _try_to_reserve(
        self, counter: _Counter, reservation: ObjectId, now: datetime
    ) -> Sequence[Document]:
        """Append the reservation if there is room; the failures of the window as they are then."""
        entry = {"by": reservation, "at": now, "undecidedUntil": now + UNDECIDED_AT_MOST}
        recent = _filtered({"$gt": ["$$this.at", now - WINDOW]})
        has_room = {"$lt": [{"$size": "$failures"}, counter.bound]}
        appended = {"$concatArrays": ["$failures", [entry]]}
        pipeline = [
            {"$set": {"failures": recent}},
            {"$set": {"failures": {"$cond": [has_room, appended, "$failures"]}}},
            _EXPIRY,
        ]
        try:
            document: Document | None = await self._collection.find_one_and_update(
                {"_id": counter.key}, pipeline, upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:  # two first failures at once; now it exists
            return await self._try_to_reserve(counter, reservation, now)
        assert document is not None  # noqa: S101 — it was upserted
        failures: Sequence[Document] = document["failures"]
        return failures

    def _failed(self, counter: _Counter, reservation: ObjectId) -> UpdateOne:
        """Upserts, for a counter that was not touched for so long that it expired."""
        others = _filtered({"$ne": ["$$this.by", reservation]})
        failure = {"by": reservation, "at": self._now()}
        return UpdateOne(
            {"_id": counter.key},
            [{"$set": {"failures": {"$concatArrays": [others, [failure]]}}}, _EXPIRY],
            upsert=True,
        )

    async def _write(self, operations: list[UpdateOne]) -> None:
        if operations:
            await self._collection.bulk_write(operations, ordered=False)


_EXPIRY: Final = {
    "$set": {"expiresAt": {"$add": [{"$max": "$failures.at"}, WINDOW // timedelta(milliseconds=1)]}}
}


def _counter(kind: str, subject: str, bound: int) -> _Counter:
    digest = hashlib.sha256(subject.encode()).hexdigest()
    return _Counter(kind, f"{kind}: {digest}", bound)


def _filtered(condition: dict[str, Any]) -> dict[str, Any]:
    return {"$filter": {"input": {"$ifNull": ["$failures", []]}, "cond": condition}}


def _released(counter: _Counter, reservation: ObjectId) -> UpdateOne:
    return UpdateOne({"_id": counter.key}, {"$pull": {"failures": {"by": reservation}}})


def _succeeded(counter: _Counter, reservation: ObjectId) -> UpdateOne:
    if counter.kind != ACCOUNT_AND_ADDRESS:
        return _released(counter, reservation)
    still_undecided = {"$ifNull": ["$$this.undecidedUntil", False]}
    others = _filtered({"$and": [{"$ne": ["$$this.by", reservation]}, still_undecided]})
    return UpdateOne({"_id": counter.key}, [{"$set": {"failures": others}}])
