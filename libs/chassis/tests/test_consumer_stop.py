"""Stopping: what is at hand is finished, the rest goes back to the queue."""

import asyncio

import pytest
from chassis import consumer as consumer_module
from chassis.background import Backoff
from chassis.consumer import BatchConsumer, Delivery
from chassis.rabbit import RabbitConnection
from chassis_helpers.broker import Operator
from chassis_helpers.consumer import Recorder, send
from devstack.testing import eventually


async def test_stopping_handles_and_acknowledges_what_is_at_hand(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    handler.gate.clear()
    sent = await send(operator, range(25))
    consumer = BatchConsumer(connection, "work", handler, max_batch=10)
    async with consumer:
        await eventually(lambda: handler.attempts)
        await eventually(lambda: operator.holds("work", 0))
        asyncio.get_running_loop().call_later(0.2, handler.gate.set)
    assert handler.ids == sent
    assert not consumer.is_consuming
    await eventually(lambda: operator.holds("work", 0))


async def test_stopping_takes_no_more_than_what_is_at_hand(
    connection: RabbitConnection, operator: Operator
) -> None:
    handled: list[Delivery] = []

    async def handle(batch: list[Delivery]) -> None:
        assert consumer._subscription is not None
        await consumer._subscription.ended.wait()
        await asyncio.sleep(0.05)
        handled.extend(batch)

    await send(operator, range(50))
    consumer = BatchConsumer(connection, "work", handle, prefetch=10, max_batch=5)
    async with consumer:
        await eventually(lambda: operator.holds("work", 40))
    assert len(handled) == 10
    await eventually(lambda: operator.holds("work", 40))


async def test_stopping_does_not_wait_for_a_fault_to_pass(
    connection: RabbitConnection, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "STOP_TIMEOUT", 3600)
    handler = Recorder()
    handler.failing = True
    async with BatchConsumer(connection, "work", handler) as consumer:
        await eventually(lambda: consumer.is_consuming)
        monkeypatch.setattr(consumer_module, "Backoff", lambda: Backoff(3600, 3600))
        await send(operator, range(5))
        await eventually(lambda: consumer.is_paused)
    assert not handler.batches
    await eventually(lambda: operator.holds("work", 5))


async def test_stopping_while_it_starts_handles_nothing(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    await send(operator, range(5))
    async with BatchConsumer(connection, "work", handler) as consumer:
        await eventually(lambda: consumer._subscription is not None, every=0)
    assert not handler.attempts
    await eventually(lambda: operator.holds("work", 5))


async def test_stopping_gives_up_on_a_handler_that_never_returns(
    connection: RabbitConnection, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "STOP_TIMEOUT", 0.1)
    handler = Recorder()
    handler.gate.clear()
    await send(operator, range(5))
    before = asyncio.all_tasks()
    async with BatchConsumer(connection, "work", handler):
        await eventually(lambda: handler.attempts)
    await eventually(lambda: asyncio.all_tasks() == before)
    await eventually(lambda: operator.holds("work", 5))


async def test_it_stops_while_there_is_no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer_module, "STOP_TIMEOUT", 3600)
    before = asyncio.all_tasks()
    connection = RabbitConnection("amqp://127.0.0.1:1/", name="test")
    async with connection, BatchConsumer(connection, "work", Recorder()) as consumer:
        for _ in range(5):
            await asyncio.sleep(0)
        assert await consumer.check() == "not consuming"
    await eventually(lambda: asyncio.all_tasks() == before)
