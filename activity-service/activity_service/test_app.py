"""The whole service between a real broker and a real MongoDB, and what may happen to either."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx2
import pytest
from chassis.consumer import Delivery
from chassis.mongo import Database
from devstack.mongo import Mongo
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually, free_port

from activity_service.activities import COLLECTION
from activity_service.conftest import (
    SECRET,
    Broker,
    Message,
    connected_broker,
    event,
    running_service,
    settings_for,
)
from activity_service.recorder import Recorder
from activity_service.settings import Settings

WITHIN = 60.0  # seconds; other tests may run beside these


async def ids_in_feed(client: httpx2.AsyncClient) -> list[str]:
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = await client.get("/api/activity", params={"cursor": cursor} if cursor else {})
        assert answer.status_code == 200
        ids += [activity["id"] for activity in answer.json()["activities"]]
        cursor = answer.json()["nextCursor"]
    return ids


async def recorded(client: httpx2.AsyncClient, messages: Sequence[Message]) -> list[str]:
    """Wait until the feed has all these; returns its ids, newest first."""
    wanted = {message["eventId"] for message in messages}

    async def all_there() -> list[str]:
        ids = await ids_in_feed(client)
        return ids if wanted <= set(ids) else []

    found: list[str] = await eventually(all_there, within=WITHIN, every=0.2)
    return found


async def checks(client: httpx2.AsyncClient) -> dict[str, str]:
    words: dict[str, str] = (await client.get("/ready")).json()["checks"]
    return words


async def wait_for_checks(client: httpx2.AsyncClient, words: Mapping[str, str]) -> None:
    async def as_wanted() -> bool:
        named = await checks(client)
        return all(named[name].startswith(word) for name, word in words.items())

    reached: bool = await eventually(as_wanted, within=WITHIN)
    assert reached


READY = {"mongo": "up", "rabbitmq": "up", "consumer": "up"}


async def test_every_event_appears_exactly_once_newest_first(
    client: httpx2.AsyncClient, broker: Broker
) -> None:
    messages = [event() for _ in range(30)]
    for message in [*messages[10:20], *messages, *messages[:10], *reversed(messages)]:
        await broker.publish(message)
    last = event()
    await broker.publish(last)
    ids = await recorded(client, [*messages, last])
    assert ids == [message["eventId"] for message in reversed([*messages, last])]
    assert await broker.parked() == []


async def test_the_queue_flows_on_around_poison(client: httpx2.AsyncClient, broker: Broker) -> None:
    messages = [event() for _ in range(5)]
    poison = [
        b"",
        b"not json",
        b"[]",
        b"\xff",
        b"x" * (2**20 + 1),
        json.dumps(event(userId=1)).encode(),
    ]
    poison.append(json.dumps(event(version=2**64)).encode())
    for number, body in enumerate(poison):
        await broker.publish(body, headers={"x-number": number})
        await broker.publish(messages[number % len(messages)])
    await recorded(client, messages)

    async def all_parked() -> bool:
        return len(await broker.parked()) == len(poison)

    done: bool = await eventually(all_parked, within=WITHIN)
    assert done
    parked = await broker.parked()
    assert {message.headers["x-number"] for message in parked} == set(range(len(poison)))
    assert {message.body for message in parked} == set(poison)
    assert all(message.exchange == "task_events" for message in parked)
    assert (await client.get("/ready")).status_code == 200


async def test_a_message_of_the_original_appears_once(
    client: httpx2.AsyncClient, broker: Broker
) -> None:
    names = ("type", "taskId", "userId", "taskTitle", "timestamp")
    legacy = {name: value for name, value in event().items() if name in names}
    for _ in range(2):
        await broker.publish(legacy)
    last = event()
    await broker.publish(last)
    ids = await recorded(client, [last])
    assert len(ids) == 2
    assert ids[1].startswith("legacy-")


async def test_ready_names_what_it_needs(client: httpx2.AsyncClient) -> None:
    await wait_for_checks(client, READY)
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["checks"]) == (200, READY)


async def test_without_mongo_it_pauses_and_nothing_is_lost_parked_or_delivered_twice(
    own_mongo: Server[Mongo],
    rabbitmq_uri: str,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Delivery] = []
    record = Recorder.record

    async def remembering(recorder: Recorder, batch: Sequence[Delivery]) -> None:
        seen.extend(batch)
        await record(recorder, batch)

    monkeypatch.setattr(Recorder, "record", remembering)
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
        assert await broker.parked() == []
        own_mongo.start()
        assert len(await recorded(client, messages)) == len(messages)
        await wait_for_checks(client, READY)

        async def only_poison_parked() -> bool:
            return [message.body for message in await broker.parked()] == [b"poison beside them"]

        done: bool = await eventually(only_poison_parked, within=WITHIN)
        assert done
    assert not any(delivery.redelivered for delivery in seen)


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
        assert await broker.parked() == []


@pytest.mark.timeout(300)  # a broker of its own starts twice
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
            assert await broker.parked() == []


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


@asynccontextmanager
async def process(
    settings: Settings, *arguments: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx2.AsyncClient]]:
    """The service as a process of its own, and a client of it."""
    port = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "PORT": str(port),
        "INTERNAL_SECRET": SECRET,
        "MONGO_URI": settings.mongo_uri.get_secret_value(),
        "RABBITMQ_URI": settings.rabbitmq_uri.get_secret_value(),
        "LOG_LEVEL": "warning",
    }
    started = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=env)
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            yield started, client
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def count(database: Database) -> int:
    return await database[COLLECTION].count_documents({})


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

    async def all_back() -> bool:
        return await broker.waiting() == len(messages)

    back: bool = await eventually(all_back, within=WITHIN)
    assert back

    async def all_taken() -> bool:
        return await broker.waiting() == 0

    async with running_service(settings) as client:
        taken: bool = await eventually(all_taken, within=WITHIN)
        assert taken
        ids = await recorded(client, messages)
    assert len(ids) == await count(database) == len(messages)
    assert await broker.waiting() == 0, "and none was given back"
    assert await broker.parked() == []


async def test_told_to_stop_it_leaves_nothing_half_done(
    settings: Settings, broker: Broker, database: Database
) -> None:
    messages = [event() for _ in range(1500)]
    for start in range(0, len(messages), 100):
        await asyncio.gather(*map(broker.publish, messages[start : start + 100]))
    async with process(settings, "-m", "activity_service") as (stopping, _):

        async def begun() -> bool:
            return await count(database) > 0

        started: bool = await eventually(begun, within=WITHIN, every=0.01)
        assert started
        stopping.send_signal(signal.SIGTERM)
        assert await stopping.wait() in (0, -signal.SIGTERM)
    stored = await count(database)
    assert await broker.waiting() == len(messages) - stored, "what is stored is acknowledged"
    assert await broker.parked() == []


async def test_the_process_serves_its_health(settings: Settings) -> None:
    async with process(settings, "-m", "activity_service") as (_, client):

        async def is_ready() -> bool:
            try:
                return (await client.get("/ready")).status_code == 200
            except httpx2.TransportError:
                return False

        ready: bool = await eventually(is_ready, within=WITHIN)
        assert ready
        answer = await client.get("/health")
        assert answer.json() == {"status": "ok", "service": "activity-service"}
        assert (await client.get("/api/activity")).status_code == 401


def test_the_defaults_are_those_of_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MONGO_URI", "RABBITMQ_URI", "PORT"):
        monkeypatch.delenv(name, raising=False)
    defaults = Settings()
    assert defaults.port == 4003
    assert "/activity_service_db?" in defaults.mongo_uri.get_secret_value()
    assert "guest" not in repr(defaults)
