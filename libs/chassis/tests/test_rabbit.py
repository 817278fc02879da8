"""The connection, against a real broker that is stopped, frozen and meddled with."""

import asyncio
import logging
import random
from urllib.parse import urlsplit

import pytest
import structlog
from aio_pika.connection import make_url
from chassis import logs
from chassis import rabbit as rabbit_module
from chassis.rabbit import NotConnected, RabbitConnection
from chassis.topology import Queue
from chassis_helpers.broker import TOPOLOGY, Operator
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import NOBODYS_PORT, eventually


async def test_it_is_up_once_its_topology_is_declared(
    rabbitmq_uri: str, operator: Operator
) -> None:
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()
        assert connection.is_up
        assert await connection.check() == "up"
        assert await operator.ready("work") == 0
        await operator.send("work")


async def test_closing_leaves_no_task_behind(rabbitmq_uri: str) -> None:
    before = asyncio.all_tasks()
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()
        await connection.check()
    assert not connection.is_up
    await eventually(lambda: asyncio.all_tasks() <= before)


async def test_a_service_starts_and_stops_without_a_broker() -> None:
    before = asyncio.all_tasks()
    async with RabbitConnection(f"amqp://127.0.0.1:{NOBODYS_PORT}/", name="test") as connection:
        assert not connection.is_up
        with pytest.raises(NotConnected):
            _ = await connection.open_channel()
        with pytest.raises(NotConnected):
            await connection.check()
    await eventually(lambda: asyncio.all_tasks() <= before)


async def test_a_broker_that_is_away_is_said_once_and_not_at_each_attempt(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbit_module, "RECONNECT_INTERVAL", 0.01)
    caplog.set_level(logging.WARNING, logger="aiormq")  # a service's logs leave it out
    caplog.set_level(logging.WARNING, logger="aiormq.connection")
    uri = f"amqp://guest:hunter2@127.0.0.1:{NOBODYS_PORT}/"
    async with RabbitConnection(uri, name="test"):
        await eventually(lambda: len(_of(caplog, "aiormq.connection")) > 5)
    [said] = _of(caplog, "aio_pika.robust_connection")
    assert "Connect call failed" in said
    assert "hunter2" not in said


async def test_a_refused_login_is_said_once_and_not_at_each_attempt(
    rabbitmq_uri: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbit_module, "RECONNECT_INTERVAL", 0.01)
    uri = str(make_url(rabbitmq_uri).with_password("hunter2"))
    async with RabbitConnection(uri, name="test"):
        await eventually(lambda: _of(caplog, "aio_pika.robust_connection"))
        monkeypatch.setattr(logs, "REMINDER_INTERVAL", 0.0)
        await eventually(lambda: len(_of(caplog, "aio_pika.robust_connection")) > 2)
    said = _of(caplog, "aio_pika.robust_connection")
    assert "ACCESS_REFUSED" in said[0]
    assert "hunter2" not in str(said)


def test_what_goes_on_is_said_again_each_minute() -> None:
    repetitions = logs.Repetitions()

    def is_said(message: str, *, at: float) -> bool:
        record = logging.makeLogRecord({"msg": message, "created": at})
        return bool(repetitions.filter(record))

    assert is_said("refused", at=0)
    assert not is_said("refused", at=59)
    assert is_said("away", at=59)
    assert is_said("refused", at=60)
    assert not is_said("refused", at=61)


async def test_a_topology_that_stays_refused_is_said_again_each_minute(
    rabbitmq_uri: str, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbit_module, "RECONNECT_INTERVAL", 0.01)
    await operator.declare(Queue("work"))
    with structlog.testing.capture_logs() as lines:
        async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY):
            await eventually(lambda: lines)
            monkeypatch.setattr(rabbit_module, "REMINDER_INTERVAL", 0.0)
            await eventually(lambda: len(lines) > 2)
    assert {line["event"] for line in lines} == {"rabbitmq down"}


def _of(caplog: pytest.LogCaptureFixture, logger: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == logger]


async def test_a_queue_with_other_arguments_keeps_it_down_until_an_operator_removes_it(
    rabbitmq_uri: str, operator: Operator
) -> None:
    await operator.declare(Queue("work"))
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await eventually(lambda: "PreconditionFailed" in str(connection._fault))
        assert not connection.is_up
        await operator.delete("work")
        await eventually(lambda: connection.is_up)


async def test_what_an_operator_deleted_is_declared_again(
    rabbitmq_uri: str, operator: Operator
) -> None:
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()
        await operator.delete("work.dead")
        await operator.delete_exchange("events")  # and with it its bindings
        await eventually(lambda: operator.exists("work.dead"))
        await eventually(lambda: operator.is_routed("events"))


WAS_AWAY = ["rabbitmq down", "rabbitmq up"]


async def test_it_comes_back_whatever_happens_to_the_broker(
    own_rabbitmq: Server[RabbitMQ],
) -> None:
    async with RabbitConnection(own_rabbitmq.uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()

        # It may be back before anybody has seen that it was away, but for the log.
        with structlog.testing.capture_logs() as lines:
            await eventually(lambda: asyncio.to_thread(close_connections, own_rabbitmq))
            await eventually(lambda: [line["event"] for line in lines][-2:] == WAS_AWAY)
        assert connection.is_up

        own_rabbitmq.freeze()
        with pytest.raises(TimeoutError):
            await connection.check()
        await eventually(lambda: not connection.is_up)
        own_rabbitmq.thaw()
        await eventually(lambda: connection.is_up)
        assert await connection.check() == "up"

        await asyncio.to_thread(own_rabbitmq.kill)
        await eventually(lambda: not connection.is_up)
        with pytest.raises(NotConnected):
            await connection.check()
        await asyncio.to_thread(own_rabbitmq.start)
        await eventually(lambda: connection.is_up)


def close_connections(server: Server[RabbitMQ]) -> int:
    """As an operator does in the management page, which lists them late; returns how many."""
    with server.store.api() as api:
        listed = api.get("/connections").raise_for_status().json()
        for connection in listed:
            api.delete(f"/connections/{connection['name']}").raise_for_status()
    return len(listed)


async def test_of_several_nodes_each_attempt_goes_to_the_next(
    rabbitmq_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "shuffle", lambda _urls: None)
    parts = urlsplit(rabbitmq_uri)
    user, _, alive = parts.netloc.rpartition("@")
    gone = f"127.0.0.1:{NOBODYS_PORT}"
    several = parts._replace(netloc=f"{user}@{gone},{gone},{alive}").geturl()
    async with RabbitConnection(several, name="test", topology=TOPOLOGY) as connection:
        for _ in range(2):
            await connection.wait_until_up()
            assert connection.robust.transport
            await connection.robust.transport.connection.close(ConnectionResetError())
            await eventually(lambda: not connection.is_up)
        await connection.wait_until_up()
        assert await connection.check() == "up"


async def test_processes_begin_at_any_of_the_nodes() -> None:
    first = {RabbitConnection("amqp://one,two/", name="test").robust.url.host for _ in range(64)}
    assert first == {"one", "two"}
