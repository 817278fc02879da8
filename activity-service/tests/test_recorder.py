"""A batch, whatever is in it: stored once each, parked with a reason, or held as a whole."""

import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from activity_helpers.service import Broker, Message, event
from activity_service import recorder as recorder_module
from activity_service.activities import COLLECTION
from activity_service.recorder import Recorder
from chassis.consumer import Delivery
from chassis.mongo import Database, open_mongo
from chassis.publisher import Publisher, PublishFailed
from chassis.rabbit import RabbitConnection
from devstack.testing import free_port
from pymongo.errors import BulkWriteError, PyMongoError


def delivery(message: Message | bytes) -> Delivery:
    return Delivery(
        body=message if isinstance(message, bytes) else json.dumps(message).encode(),
        headers={},
        message_id="message-1",
        exchange="task_events",
        routing_key="TaskCreated",
        delivery_tag=1,
        redelivered=False,
    )


async def titles(database: Database) -> dict[str, str]:
    stored = await database[COLLECTION].find().to_list()
    return {activity["_id"]: activity["taskTitle"] for activity in stored}


@pytest.fixture
def recorder(database: Database, broker: Broker) -> Recorder:
    return Recorder(database, Publisher(broker.rabbit))


async def refuse_titles(database: Database, title: str) -> None:
    """Let MongoDB itself refuse a document."""
    await database.command("collMod", COLLECTION, validator={"taskTitle": {"$ne": title}})


async def test_what_is_readable_is_stored_and_the_rest_parked_with_its_reason(
    recorder: Recorder, database: Database, broker: Broker
) -> None:
    good = [event() for _ in range(3)]
    bad = event(taskId="1")
    batch: list[Message | bytes] = [good[0], b"{", good[1], bad, b"x" * (2**20 + 1), good[2]]
    await recorder.record([delivery(message) for message in batch])
    assert set(await titles(database)) == {message["eventId"] for message in good}
    parked = await broker.parked()
    assert {message.reason.partition(":")[0] for message in parked} == {
        "not JSON",
        "unknown shape",
        "over 1048576 bytes",
    }
    assert {len(message.body) for message in parked} == {1, len(json.dumps(bad)), 2**20 + 1}


async def test_of_two_events_with_one_id_the_first_stays(
    recorder: Recorder, database: Database, broker: Broker
) -> None:
    first, second, third = (event(eventId="same", taskTitle=title) for title in "123")
    await recorder.record([delivery(first), delivery(second)])
    await recorder.record([delivery(third), delivery(event(eventId="other", taskTitle="4"))])
    assert await titles(database) == {"same": "1", "other": "4"}
    assert await broker.parked() == []


async def test_a_batch_given_again_changes_nothing(
    recorder: Recorder, database: Database, broker: Broker
) -> None:
    batch = [delivery(event()) for _ in range(200)]
    await recorder.record(batch)
    before = await titles(database)
    await recorder.record(list(reversed(batch)))
    assert await titles(database) == before
    assert len(before) == 200
    assert await broker.parked() == []


async def test_what_mongo_refuses_is_parked_and_the_others_are_stored(
    recorder: Recorder, database: Database, broker: Broker
) -> None:
    await refuse_titles(database, "refused")
    batch = [event(), event(taskTitle="refused"), event()]
    await recorder.record([delivery(message) for message in batch])
    assert set(await titles(database)) == {batch[0]["eventId"], batch[2]["eventId"]}
    (parked,) = await broker.parked()
    assert json.loads(parked.body) == batch[1]
    assert parked.reason == "refused by MongoDB: code 121"


async def test_an_error_of_mongo_that_is_not_known_to_be_the_documents_parks_nothing(
    recorder: Recorder, database: Database, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_FAULTS_OF_A_DOCUMENT", frozenset())
    await refuse_titles(database, "refused")
    with pytest.raises(BulkWriteError):
        await recorder.record([delivery(event(taskTitle="refused")), delivery(b"{")])
    assert await broker.parked() == []


async def test_without_mongo_the_batch_is_held_and_its_poison_not_parked(broker: Broker) -> None:
    nobody = f"mongodb://127.0.0.1:{free_port()}/activity?replicaSet=rs0"
    async with open_mongo(nobody, {}) as away:
        held = Recorder(away, Publisher(broker.rabbit))
        with pytest.raises(PyMongoError):
            await held.record([delivery(event()), delivery(b"{")])
    assert await broker.parked() == []


async def test_poison_that_cannot_be_parked_holds_the_batch(database: Database) -> None:
    async with RabbitConnection(f"amqp://127.0.0.1:{free_port()}/", name="away") as rabbit:
        held = Recorder(database, Publisher(rabbit))
        good = event()
        with pytest.raises(PublishFailed):
            await held.record([delivery(b"{"), delivery(good)])
    assert set(await titles(database)) == {good["eventId"]}


async def test_each_event_is_one_line_with_the_ids_of_its_request(
    recorder: Recorder, logs: list[MutableMapping[str, Any]]
) -> None:
    message = event(requestId="page-1", traceparent="00-1-2-01")
    for _ in range(2):
        await recorder.record([delivery(message)])
    lines = [line for line in logs if line.get("eventId") == message["eventId"]]
    assert [(line["event"], line["requestId"], line["traceparent"]) for line in lines] == [
        ("activity recorded", "page-1", "00-1-2-01"),
        ("activity already recorded", "page-1", "00-1-2-01"),
    ]


async def test_a_parked_message_is_a_warning_that_quotes_nothing_of_it(
    recorder: Recorder, logs: list[MutableMapping[str, Any]]
) -> None:
    await recorder.record([delivery(event(taskId="hunter2"))])
    (line,) = [line for line in logs if line["event"] == "message parked"]
    assert (line["log_level"], line["messageId"]) == ("warning", "message-1")
    assert "hunter2" not in str(logs)
