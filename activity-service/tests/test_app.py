"""The whole service between a real broker and a real MongoDB."""

import json

import httpx2
import pytest
from activity_helpers.process import (
    READY,
    WITHIN,
    checks,
    process,
    recorded,
    wait_for_checks,
)
from activity_helpers.service import (
    Broker,
    event,
)
from activity_service.settings import Settings
from devstack.testing import eventually


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
    assert await broker.dead_letters() == []


async def test_the_queue_flows_on_around_poison_and_keeps_it_as_dead_letters(
    client: httpx2.AsyncClient, broker: Broker
) -> None:
    messages = [event() for _ in range(5)]
    poison = [b"", b"not json", b"[]", b"\xff", json.dumps(event(userId=1)).encode()]
    for message, bad in zip(messages, poison, strict=True):
        await broker.publish(bad)
        await broker.publish(message)
    await recorded(client, messages)
    await eventually(lambda: broker.has_dead_letters(len(poison)), within=WITHIN)
    letters = await broker.dead_letters()
    assert {letter.body for letter in letters} == set(poison)
    assert all(letter.reason for letter in letters)
    await wait_for_checks(client, READY)


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
    assert set(await checks(client)) == set(READY)


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
