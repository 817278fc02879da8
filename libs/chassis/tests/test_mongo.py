"""MongoDB that comes late, goes away, and has the indexes that a service wants."""

import asyncio
from functools import partial

import pymongo
import pytest
from chassis import mongo
from chassis.mongo import Database, Document, check_mongo, open_mongo
from chassis.mongo_errors import is_unavailable
from devstack.mongo import Mongo
from devstack.servers import Server
from devstack.testing import NOBODYS_PORT, eventually
from pymongo import AsyncMongoClient, IndexModel, ReadPreference
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
    WriteError,
    WTimeoutError,
)

INDEXES = {
    "things": [IndexModel([("owner", 1), ("at", -1)], name="newest")],
    "others": [IndexModel([("name", 1)], name="name", unique=True)],
}

WEAK = "&w=1&journal=false&readConcernLevel=local&readPreference=secondary&retryWrites=false&retryReads=false"


async def index_names(database: Database, collection: str) -> set[str]:
    return set(await database[collection].index_information())


async def has_indexes(database: Database) -> bool:
    return "newest" in await index_names(database, "things") and "name" in await index_names(
        database, "others"
    )


async def test_indexes_are_made_and_a_second_start_changes_nothing(mongo_uri: str) -> None:
    for _ in range(2):
        async with open_mongo(mongo_uri, INDEXES) as database:
            made: bool = await eventually(partial(has_indexes, database))
            assert made
            assert await check_mongo(database) == "up"
            assert await index_names(database, "others") == {"_id_", "name"}


@pytest.mark.parametrize("options", ["", WEAK])
async def test_times_are_aware_and_a_majority_has_what_is_written_and_read_whatever_the_uri_says(
    mongo_uri: str, options: str
) -> None:
    async with open_mongo(mongo_uri + options, {}) as database:
        assert database.codec_options.tz_aware
        assert database.write_concern.document == {"w": "majority", "j": True}
        assert database.read_concern.document == {"level": "majority"}
        assert database.read_preference == ReadPreference.PRIMARY
        options_of_client = database.client.options
        assert options_of_client.retry_writes
        assert options_of_client.retry_reads


async def test_a_service_starts_without_mongo_and_has_its_indexes_when_it_comes(
    own_mongo: Server[Mongo],
) -> None:
    own_mongo.stop()
    async with open_mongo(own_mongo.store.database_uri("late"), INDEXES) as database:
        with pytest.raises(PyMongoError) as away:
            await check_mongo(database)
        assert is_unavailable(away.value)
        own_mongo.start()
        made: bool = await eventually(partial(has_indexes, database))
        assert made
        assert await check_mongo(database) == "up"


async def test_indexes_may_take_longer_than_an_operation(
    mongo_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo, "OPERATION_TIMEOUT", 0.001)
    async with AsyncMongoClient[Document](mongo_uri) as patient, open_mongo(mongo_uri, INDEXES):
        made: bool = await eventually(partial(has_indexes, patient.get_default_database()))
        assert made


async def test_indexes_are_made_again_when_the_database_is_dropped(
    mongo_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo, "INDEX_INTERVAL", 0.1)
    async with open_mongo(mongo_uri, INDEXES) as database:
        assert await eventually(partial(has_indexes, database))
        await database.client.drop_database(database.name)
        assert await eventually(partial(has_indexes, database))


async def test_closing_does_not_wait_for_a_mongo_that_never_comes() -> None:
    nobody = f"mongodb://127.0.0.1:{NOBODYS_PORT}/late?replicaSet=rs0"
    async with open_mongo(nobody, INDEXES):
        pass


async def test_a_frozen_mongo_is_away(own_mongo: Server[Mongo]) -> None:
    async with open_mongo(own_mongo.store.database_uri("frozen"), {}) as database:
        await database.things.insert_one({"_id": 1})
        own_mongo.freeze()
        with pytest.raises(PyMongoError) as away:
            await database.things.find_one()
        own_mongo.thaw()
        assert is_unavailable(away.value)


async def test_a_mongo_that_says_it_is_overloaded_is_away(own_mongo: Server[Mongo]) -> None:
    labels = ["SystemOverloadedError", "RetryableError"]
    async with open_mongo(own_mongo.store.database_uri("busy"), {}) as database:
        with own_mongo.store.failing("find", errorCode=462, errorLabels=labels):
            with pytest.raises(PyMongoError) as busy:
                await database.things.find_one()
            assert is_unavailable(busy.value)


async def test_a_mongo_that_is_overloaded_after_a_thousand_retries_is_away_too(
    own_mongo: Server[Mongo],
) -> None:
    store, labels = own_mongo.store, ["RetryableWriteError"]
    overloaded = ["SystemOverloadedError", "RetryableError", *labels]

    async def change(database: Database) -> None:
        with pymongo.timeout(60):
            await database.things.find_one_and_update({}, {"$set": {"a": 1}})

    async with open_mongo(store.database_uri("retried"), {}) as database:
        with store.failing("findAndModify", errorCode=10107, errorLabels=labels):
            retried = asyncio.create_task(change(database))
            await asyncio.to_thread(wait_for_failures, store, 1100)
            overload = store.failing("findAndModify", errorCode=462, errorLabels=overloaded)
            with overload, pytest.raises(PyMongoError) as busy:
                await retried
        assert is_unavailable(busy.value)


def wait_for_failures(store: Mongo, count: int) -> None:
    """Until MongoDB has let that many commands fail."""
    with store.client() as client, pymongo.timeout(60):
        client.admin.command(
            "waitForFailPoint", "failCommand", timesEntered=count, maxTimeMS=60_000
        )


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect(),
        NotPrimaryError(),
        NetworkTimeout(),
        ServerSelectionTimeoutError(),
        WaitQueueTimeoutError(),
        ExecutionTimeout("exceeded time limit", 50),
        WTimeoutError("waiting for replication timed out", 64),
        OperationFailure("operation exceeded time limit", 50, {"code": 50}),
        OperationFailure("not authorized", 13),
        WriteError("no room on the disk", 14031),
        OperationFailure("out of storage", 8000),
        OperationFailure("interrupted", 11601),
        OperationFailure("cursor id not found", 43),
        OperationFailure("read concern majority not available yet", 134),
        OperationFailure("no keys found for HMAC", 211),
        OperationFailure("operation exceeded time limit", 262),
        WriteConcernError("interrupted by a step down", 11602),
        WriteConcernError("primary stepped down", 189),
        OperationFailure("write conflict", 112, {"errorLabels": ["TransientTransactionError"]}),
        OperationFailure("no such", 251, {"errorLabels": ["UnknownTransactionCommitResult"]}),
        BulkWriteError({"writeErrors": [{"code": 14031}]}),
        BulkWriteError({"writeErrors": [{"code": 11602}]}),
        BulkWriteError({"writeConcernErrors": [{"code": 64}]}),
        BulkWriteError({"writeConcernErrors": [{"code": 91}]}),
    ],
    ids=lambda error: f"{type(error).__name__}-{error.code if hasattr(error, 'code') else ''}",
)
def test_absence_slowness_elections_and_refusals_are_unavailability(error: PyMongoError) -> None:
    assert is_unavailable(error)


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError("E11000"),
        BulkWriteError({"writeErrors": [{"code": 11000}]}),
        OperationFailure("unknown operator", 2),
    ],
    ids=lambda error: type(error).__name__,
)
def test_faulty_queries_are_not_unavailability(error: PyMongoError) -> None:
    assert not is_unavailable(error)
