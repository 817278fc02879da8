"""Failed logins, counted over a sliding window, in MongoDB for all replicas together.

A login takes a place in its counters before its password is compared, and gives the places back
when the password was right: however many guesses come at once, no more than the bound are ever
compared. When all places are taken, some by logins still undecided, a login waits for those: many
right passwords at once are no attack.
"""

import asyncio
import hashlib
import math
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, NotRequired, TypedDict

import pymongo
import structlog
from bson import ObjectId
from chassis.client_network import client_network
from chassis.clock import Clock, utc_now
from chassis.errors import TooManyRequests, Unauthorized, Unavailable
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, typed_collection
from pymongo import IndexModel, ReturnDocument, UpdateOne, WriteConcern
from pymongo.errors import DuplicateKeyError, PyMongoError

from user_service.settings import Settings

COLLECTION: Final = "login_failures"
INDEXES: Final = {COLLECTION: [IndexModel("expiresAt", expireAfterSeconds=0)]}
WINDOW: Final = timedelta(minutes=15)
UNDECIDED_AT_MOST: Final = timedelta(seconds=60)  # after that it counts as failed
PATIENCE: Final = 25.0  # seconds that a login waits for undecided ones
RELEASE_TIMEOUT: Final = 1.0  # seconds
ACCOUNT_AND_ADDRESS: Final = "account and address"
MESSAGE: Final = "Too many failed logins, try again later"

log = structlog.get_logger()


class Failure(TypedDict):
    """A place that is taken: by a failed login, or until `undecidedUntil` by an undecided one."""

    by: ObjectId
    at: datetime
    undecidedUntil: NotRequired[datetime]


class FailureCounter(TypedDict):
    """A document of `login_failures`. `_id` is the kind of counter and the digest of its subject."""

    _id: str
    failures: list[Failure]
    expiresAt: datetime


class _Counter(NamedTuple):
    kind: str
    key: str
    bound: int


class LoginThrottle:
    """Refuses logins of an account, a client's network, or both together, that failed too often."""

    def __init__(self, database: Database, settings: Settings, now: Clock = utc_now) -> None:
        # A failure forgotten in a failover costs less than every login waiting for the journal.
        self._counters = typed_collection(database, COLLECTION, FailureCounter).with_options(
            write_concern=WriteConcern(w=1, j=False)
        )
        self._bounds = (
            settings.login_failures_per_account_and_address,
            settings.login_failures_per_account,
            settings.login_failures_per_address,
        )
        self._now = now
        self._turns = KeyedLocks[str]()

    @asynccontextmanager
    async def attempt(self, email: str, client_ip: str) -> AsyncIterator[None]:
        """Around the comparison of the password, which raises Unauthorized if it was wrong.

        Raises TooManyRequests before it, if there were too many failures, and Unavailable if too
        many logins stay undecided for too long. The right password forgives this account's
        failures from this client. `email` is in lower case.
        """
        counters = self._counters_of(email, client_ip)
        login = ObjectId()
        async with AsyncExitStack() as turns:
            try:
                await self._take_places(counters, login, turns)
                yield
            except Unauthorized:
                failed = {"$unset": {"failures.$.undecidedUntil": ""}}
                await self._settle(login, counters, [failed] * len(counters))
                raise
            except Exception:  # no verdict; a cancelled one stays undecided, then counts
                # What is not released in time runs out by itself, and the client waits already.
                with suppress(PyMongoError), pymongo.timeout(RELEASE_TIMEOUT):
                    await self._settle(login, counters, [_released(login)] * len(counters))
                raise
            await self._settle(login, counters, [_succeeded(login, kind) for kind, *_ in counters])

    def _counters_of(self, email: str, client_ip: str) -> list[_Counter]:
        """The narrowest first, so that what it refuses does not even touch the others.

        Everybody takes places in this order, hence nobody waits in a circle.
        """
        network = client_network(client_ip)
        both, account, address = self._bounds
        counters = [
            _counter(ACCOUNT_AND_ADDRESS, f"{email} {network}", both),
            _counter("account", email, account),
            _counter("address", network, address),
        ]
        return [counter for counter in counters if counter.bound]

    async def _take_places(
        self, counters: Sequence[_Counter], login: ObjectId, turns: AsyncExitStack
    ) -> None:
        try:
            async with asyncio.timeout(PATIENCE) as patience:
                for counter in counters:
                    # No more logins of this process than the bound ask MongoDB at a time.
                    turn = self._turns.hold(counter.key, places=counter.bound)
                    await turns.enter_async_context(turn)
                    await self._wait_for_place(counter, login, patience)
        except TimeoutError:  # no failures: more logins than bcrypt can decide
            raise Unavailable(retry_after=2) from None

    async def _wait_for_place(
        self, counter: _Counter, login: ObjectId, patience: asyncio.Timeout
    ) -> None:
        while not await self._take_place(counter, login):
            if patience.expired():  # its cancellation was lost, see chassis.background.end
                raise TimeoutError
            await asyncio.sleep(random.uniform(0.03, 0.1))  # noqa: S311 — jitter, not a secret

    async def _take_place(self, counter: _Counter, login: ObjectId) -> bool:
        """False while logins still undecided take all places; TooManyRequests if failures do."""
        now = self._now()
        failures = await self._add_if_room(counter, login, now)
        if any(failure["by"] == login for failure in failures):
            return True
        if any(failure.get("undecidedUntil", now) > now for failure in failures):
            return False
        free_at = min(failure["at"] for failure in failures) + WINDOW
        log.warning("login refused", too_many_for=counter.kind)
        wait = math.ceil((free_at - now).total_seconds())
        raise TooManyRequests(MESSAGE, retry_after=max(1, wait))

    async def _add_if_room(
        self, counter: _Counter, login: ObjectId, now: datetime
    ) -> Sequence[Failure]:
        """The failures of the window as they are then, this login's among them if there was room."""
        place: Failure = {"by": login, "at": now, "undecidedUntil": now + UNDECIDED_AT_MOST}
        stored = {"$ifNull": ["$failures", []]}
        recent = {"$filter": {"input": stored, "cond": {"$gt": ["$$this.at", now - WINDOW]}}}
        has_room = {"$lt": [{"$size": "$failures"}, counter.bound]}
        with_place = {"$concatArrays": ["$failures", [place]]}
        pipeline: list[Mapping[str, Any]] = [
            {"$set": {"failures": recent, "expiresAt": now + WINDOW}},
            {"$set": {"failures": {"$cond": [has_room, with_place, "$failures"]}}},
        ]
        try:
            document = await self._counters.find_one_and_update(
                {"_id": counter.key}, pipeline, upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:  # two first failures at once; now it exists
            return await self._add_if_room(counter, login, now)
        assert document is not None  # noqa: S101 — it was upserted
        return document["failures"]

    async def _settle(
        self, login: ObjectId, counters: Sequence[_Counter], updates: Sequence[Mapping[str, Any]]
    ) -> None:
        """Update the places of this login; in a counter where it has none, nothing."""
        operations = [
            UpdateOne({"_id": counter.key, "failures.by": login}, update)
            for counter, update in zip(counters, updates, strict=True)
        ]
        if operations:
            await self._counters.bulk_write(operations, ordered=False)


def _counter(kind: str, subject: str, bound: int) -> _Counter:
    digest = hashlib.sha256(subject.encode()).hexdigest()
    return _Counter(kind, f"{kind}: {digest}", bound)


def _released(login: ObjectId) -> Mapping[str, Any]:
    return {"$pull": {"failures": {"by": login}}}


def _succeeded(login: ObjectId, kind: str) -> Mapping[str, Any]:
    if kind != ACCOUNT_AND_ADDRESS:
        return _released(login)
    decided = {"undecidedUntil": {"$exists": False}}
    return {"$pull": {"failures": {"$or": [{"by": login}, decided]}}}
