"""MongoDB: a client that lets a service start without it, and indexes that are made when it comes."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import pymongo
from pymongo import AsyncMongoClient, IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConnectionFailure, ExecutionTimeout, PyMongoError, WaitQueueTimeoutError

from chassis.background import retry_until_done, running

OPERATION_TIMEOUT = 5.0  # seconds for one operation, retries and server selection included
INDEX_TIMEOUT = 600.0  # the server gives up a build whose client no longer waits for it

CLOSE_GRACE = 0.5  # seconds that the connection just being made gets when all is closed

Document = dict[str, Any]
TypedDocument = TypeVar("TypedDocument", bound=Mapping[str, Any])
Database = AsyncDatabase[Document]
Indexes = Mapping[str, Sequence[IndexModel]]
"""Collection name to its indexes."""


@asynccontextmanager
async def open_mongo(uri: str, indexes: Indexes) -> AsyncIterator[Database]:
    """The database that `uri` names in its path; `indexes` are ensured in the background.

    Writes are acknowledged by a majority, journaled. Every operation is over after
    `OPERATION_TIMEOUT` seconds; the driver reconnects by itself.
    """
    client: AsyncMongoClient[Document] = AsyncMongoClient(
        uri,
        tz_aware=True,
        timeoutMS=int(OPERATION_TIMEOUT * 1000),
        serverSelectionTimeoutMS=2000,
        connectTimeoutMS=2000,
        w="majority",
        journal=True,
        appname="task-hunter",
    )
    database = client.get_default_database()

    async def ensure_indexes() -> None:
        with pymongo.timeout(INDEX_TIMEOUT):
            for collection, models in indexes.items():
                await database[collection].create_indexes(list(models))

    try:
        async with running(retry_until_done("ensure indexes", ensure_indexes)) as ensuring:
            try:
                yield database
            finally:
                # PyMongo leaves a socket open when it is cancelled while it connects.
                await asyncio.wait([ensuring], timeout=CLOSE_GRACE)
    finally:
        await client.close()


def typed_collection(
    database: Database, name: str, document: type[TypedDocument]
) -> AsyncCollection[TypedDocument]:
    """The collection, with its documents typed: the checker then sees every look-up."""
    del document  # it is for the checker alone
    return cast("AsyncCollection[TypedDocument]", database[name])


async def check_mongo(database: Database) -> str:
    """For `/ready`: "up" when a primary answers."""
    with pymongo.timeout(1.5):
        hello = await database.command("hello")
    return "up" if hello.get("isWritablePrimary") else "no primary"


def is_away(error: PyMongoError) -> bool:
    """Whether the fault is MongoDB's absence, slowness or election, not our query."""
    return error.timeout or isinstance(
        error, ConnectionFailure | ExecutionTimeout | WaitQueueTimeoutError
    )
