"""MongoDB: a client with which a service also starts while MongoDB is away, and the indexes."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar, cast

import pymongo
from bson.datetime_ms import DatetimeMS
from pymongo import AsyncMongoClient, IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from chassis import mongo_conditions
from chassis.background import keep_running, retry_until_done, running
from chassis.mongo_pool import PoolMetrics

CHECK_TIMEOUT = 1.5  # seconds for a look whether it is there
CONNECT_TIMEOUT = 2.0  # seconds for a connection, and for an answer to the driver's own heartbeat
OPERATION_TIMEOUT = 5.0  # seconds for one operation, retries and server selection included
INDEX_INTERVAL = 60.0  # seconds between two looks at the indexes
INDEX_TIMEOUT = 600.0  # the server gives up a build whose client no longer waits for it

MAX_DOUBLINGS = 64  # of PyMongo's back-off, which reaches its longest wait of seconds after few

mongo_conditions.mend()

CLOSE_GRACE = 0.5  # seconds that the connection just being made gets when all is closed

NO_ARRAY: Final = {"$not": {"$type": "array"}}
"""For a condition on one field: MongoDB compares an array by its members, and calls it their type."""

Document = dict[str, Any]
TypedDocument = TypeVar("TypedDocument", bound=Mapping[str, Any])
Database = AsyncDatabase[Document]
Indexes = Mapping[str, Sequence[IndexModel]]
"""Collection name to its indexes."""


@asynccontextmanager
async def open_mongo(uri: str, indexes: Indexes) -> AsyncIterator[Database]:
    """The database that `uri` names in its path; `indexes` are ensured in the background.

    Writes are acknowledged by a majority, journaled; what is read is what a majority has, so that no
    election takes back what somebody was told. Every operation is over after `OPERATION_TIMEOUT`
    seconds; the driver reconnects by itself, and finds the next primary.
    """
    client: AsyncMongoClient[Document] = AsyncMongoClient(
        uri,
        tz_aware=True,
        timeoutMS=int(OPERATION_TIMEOUT * 1000),
        serverSelectionTimeoutMS=2000,
        connectTimeoutMS=int(CONNECT_TIMEOUT * 1000),
        # These promises are kept whatever the URI says, as the URIs of hosted databases do.
        w="majority",
        journal=True,
        readConcernLevel="majority",
        readPreference="primary",
        retryWrites=True,
        retryReads=True,
        # A date for which Python has no datetime is a `DatetimeMS`, a value of another type like any odd
        # one: by default the whole batch of documents could not be read.
        datetime_conversion="DATETIME_AUTO",
        appname="task-hunter",
        event_listeners=[PoolMetrics()],
    )
    _bound_backoff(client)
    database = client.get_default_database()

    resting = asyncio.Event()

    async def keep_indexes() -> None:
        # Again and again: somebody may drop a database under the running service.
        while True:
            resting.clear()
            await retry_until_done("ensure indexes", partial(ensure_indexes, database, indexes))
            resting.set()
            await asyncio.sleep(INDEX_INTERVAL)

    try:
        async with running(keep_running("keep indexes", keep_indexes)):
            try:
                yield database
            finally:
                # PyMongo leaves a socket open when it is cancelled while it connects.
                with suppress(TimeoutError):
                    async with asyncio.timeout(CLOSE_GRACE):
                        await resting.wait()
    finally:
        await client.close()


async def ensure_indexes(database: Database, indexes: Indexes) -> None:
    """Build the indexes that are not there yet; returns once they can be used."""
    with pymongo.timeout(INDEX_TIMEOUT):
        for collection, models in indexes.items():
            await database[collection].create_indexes(list(models))


def _bound_backoff(client: AsyncMongoClient[Document]) -> None:
    """Keep the driver's own exponent small.

    PyMongo 4.20.0 counts retries without an end while it has time left, and then computes
    `float * 2**count`: past 1,023 retries an error labelled as overload raises OverflowError, which
    is no PyMongoError and which nobody expects. To be removed with the first version that bounds
    the exponent; test_mongo.py shows whether it does.
    """
    policy = client._retry_policy  # noqa: SLF001 — there is no public setting
    backoff = policy.backoff

    def bounded(attempt: int, base_backoff: float | None = None) -> float:
        return backoff(min(attempt, MAX_DOUBLINGS), base_backoff)

    policy.backoff = bounded  # type: ignore[method-assign]  # see above


def typed_collection(
    database: Database, name: str, document: type[TypedDocument]
) -> AsyncCollection[TypedDocument]:
    """The collection, with its documents typed: the checker then sees every look-up."""
    del document  # it is for the checker alone
    return cast("AsyncCollection[TypedDocument]", database[name])


def millis_of(stored: datetime | DatetimeMS) -> int:
    """Milliseconds since 1970 of a stored date, also of one for which Python has no datetime."""
    return int(stored if isinstance(stored, DatetimeMS) else DatetimeMS(stored))


async def check_mongo(database: Database) -> str:
    """For `/ready`: "up" when a primary answers."""
    with pymongo.timeout(CHECK_TIMEOUT):
        hello = await database.command("hello")
    return "up" if hello.get("isWritablePrimary") else "no primary"
