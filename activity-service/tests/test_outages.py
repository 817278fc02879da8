"""What may happen to MongoDB, to the broker and to the service itself."""

import asyncio
import signal

from activity_helpers.process import (
    READY,
    WITHIN,
    count,
    ids_in_feed,
    process,
    recorded,
    wait_for_checks,
)
from activity_helpers.service import (
    Broker,
    connected_broker,
    event,
    running_service,
    settings_for,
)
from activity_service.settings import Settings
from chassis.mongo import Database
from devstack.mongo import Mongo
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually

DIES_BEFORE_ITS_FIRST_ACKNOWLEDGEMENT = """
import os, runpy, signal
from activity_service.recorder import Recorder
record = Recorder.record
async def record_and_die(recorder, batch):
    await record(recorder, batch)
    os.kill(os.getpid(), signal.SIGKILL)
Recorder.record = record_and_die
runpy.run_module("activity_service", run_name="__main__")
"""
# The broker of a loaded machine may take longer than a service that is told to stop waits for it.
STOPS_IN_ITS_OWN_TIME = """
import runpy
from chassis import consumer, subscription
consumer.STOP_TIMEOUT = subscription.CANCEL_TIMEOUT = subscription.ANSWER_TIMEOUT = 60
runpy.run_module("activity_service", run_name="__main__")
"""


async def test_without_mongo_it_pauses_and_nothing_is_lost_or_given_up(
    own_mongo: Server[Mongo],
    rabbitmq_uri: str,
    broker: Broker,
) -> None:
    settings = settings_for(own_mongo.store.database_uri("activity"), rabbitmq_uri)
    async with running_service(settings) as client:
        messages = [event() for _ in range(900)]
        await wait_for_checks(client, READY)
        for number, message in enumerate(messages):
            await broker.publish(message)
            if number == 300:
                own_mongo.kill()
        await broker.publish(b"poison beside them")
        await wait_for_checks(client, {"consumer": "paused", "mongo": "down", "rabbitmq": "up"})
        assert (await client.get("/ready")).status_code == 503
        assert (await client.get("/health")).status_code == 200
        assert (await client.get("/api/activity")).status_code == 503
        assert await broker.dead_letters() == []
        own_mongo.start()
        assert len(await recorded(client, messages)) == len(messages)
        await wait_for_checks(client, READY)

        await eventually(lambda: broker.has_dead_letters(1), within=WITHIN)


async def test_a_frozen_mongo_pauses_it_too(
    own_mongo: Server[Mongo], rabbitmq_uri: str, broker: Broker
) -> None:
    settings = settings_for(own_mongo.store.database_uri("activity"), rabbitmq_uri)
    async with running_service(settings) as client:
        first, second = event(), event()
        await broker.publish(first)
        await recorded(client, [first])
        own_mongo.freeze()
        await broker.publish(second)
        await wait_for_checks(client, {"consumer": "paused"})
        own_mongo.thaw()
        assert len(await recorded(client, [first, second])) == 2
        assert await broker.dead_letters() == []


async def test_without_the_broker_the_feed_is_read_and_it_consumes_again_by_itself(
    mongo_uri: str, own_rabbitmq: Server[RabbitMQ]
) -> None:
    first, second = event(), event()
    async with running_service(settings_for(mongo_uri, own_rabbitmq.uri)) as client:
        async with connected_broker(own_rabbitmq.uri) as broker:
            await broker.publish(first)
        await recorded(client, [first])
        own_rabbitmq.stop()
        await wait_for_checks(client, {"rabbitmq": "down", "consumer": "not", "mongo": "up"})
        assert (await client.get("/ready")).status_code == 503
        assert await ids_in_feed(client) == [first["eventId"]]
        own_rabbitmq.start()
        await wait_for_checks(client, READY)
        async with connected_broker(own_rabbitmq.uri) as broker:
            await broker.publish(second)
            await recorded(client, [second])
            assert await broker.dead_letters() == []


async def test_killed_between_storing_and_acknowledging_it_stores_once(
    settings: Settings, broker: Broker, database: Database
) -> None:
    messages = [event() for _ in range(20)]
    for message in messages:
        await broker.publish(message)
    async with process(settings, "-c", DIES_BEFORE_ITS_FIRST_ACKNOWLEDGEMENT) as (dying, _):
        assert await dying.wait() == -signal.SIGKILL
    stored = await count(database)
    assert stored > 0

    await eventually(lambda: broker.holds(len(messages)), within=WITHIN)
    async with running_service(settings) as client:
        await eventually(lambda: broker.holds(0), within=WITHIN)
        ids = await recorded(client, messages)
    assert len(ids) == await count(database) == len(messages)
    assert await broker.waiting() == 0, "and none was given back"
    assert await broker.dead_letters() == []


async def test_told_to_stop_it_leaves_nothing_half_done(
    settings: Settings, broker: Broker, database: Database
) -> None:
    messages = [event() for _ in range(1500)]
    for start in range(0, len(messages), 100):
        await asyncio.gather(*map(broker.publish, messages[start : start + 100]))
    async with process(settings, "-c", STOPS_IN_ITS_OWN_TIME) as (stopping, _):

        async def begun() -> bool:
            return await count(database) > 0

        started: bool = await eventually(begun, within=WITHIN, every=0.01)
        assert started
        stopping.send_signal(signal.SIGTERM)
        assert await stopping.wait() in (0, -signal.SIGTERM)
    stored = await count(database)
    # What is stored is acknowledged. The broker gives back the rest after the end of the channel.
    await eventually(lambda: broker.holds(len(messages) - stored), within=WITHIN)
    assert await broker.dead_letters() == []
