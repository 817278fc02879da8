"""The whole service between a real broker and a real MongoDB."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx2
import pytest
from chassis.mongo import Database
from devstack.testing import eventually, free_port

from activity_service.activities import COLLECTION
from activity_service.conftest import (
    SECRET,
    Broker,
    Message,
    event,
)
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
