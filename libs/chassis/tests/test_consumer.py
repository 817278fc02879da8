"""Consuming from a real broker: batches in order, nothing given up, nothing taken for handled."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from chassis import consumer as consumer_module
from chassis.publisher import Publisher
from chassis.rabbit import RabbitConnection
from chassis_helpers.broker import Operator
from chassis_helpers.consumer import NotingHandler, consuming, is_up, send
from devstack.testing import eventually

pytestmark = pytest.mark.usefixtures("connection")  # which declares the topology


async def test_messages_arrive_in_order_in_batches_and_are_acknowledged(
    rabbitmq_uri: str, operator: Operator
) -> None:
    handler = NotingHandler()
    handler.gate.clear()
    sent = await send(operator, range(25))
    async with consuming(rabbitmq_uri, handler, max_batch=10) as consumer:
        await eventually(lambda: handler.attempts)
        rest = 25 - len(handler.attempts[0])
        assert consumer._subscription is not None
        arrived = consumer._subscription._messages
        await eventually(lambda: len(arrived) == rest)
        handler.gate.set()
        await eventually(lambda: len(handler.bodies) == 25)
        assert await consumer.check() == "up"
    assert handler.bodies == sent
    assert max(len(batch) for batch in handler.handled) == 10
    assert await operator.ready("work") == 0


async def test_messages_that_come_soon_after_the_first_share_its_batch(
    rabbitmq_uri: str, connection: RabbitConnection
) -> None:
    handler = NotingHandler()
    publisher = Publisher(connection)
    async with consuming(rabbitmq_uri, handler, max_batch=5, max_wait=5) as consumer:
        await eventually(lambda: is_up(consumer))
        await asyncio.gather(
            *(publisher.publish("", "work", b"{}", message_id=str(n)) for n in range(5))
        )
        await eventually(lambda: handler.handled)
    assert [len(batch) for batch in handler.handled] == [5]


@pytest.mark.parametrize(
    ("max_batch_bytes", "sizes"), [(100, [100, 120, 90]), (1, [40, 60, 120, 90]), (310, [310])]
)
async def test_a_batch_ends_before_its_bodies_are_too_large_together(
    rabbitmq_uri: str, operator: Operator, max_batch_bytes: int, sizes: list[int]
) -> None:
    """A body that alone is larger is a batch of its own."""
    sent = [b"x" * size for size in (40, 60, 120, 90)]
    for body in sent:
        await operator.send("work", body)
    handler = NotingHandler()
    bounds = {"max_batch_bytes": max_batch_bytes, "max_wait": 1}
    async with consuming(rabbitmq_uri, handler, **bounds):
        await eventually(lambda: handler.bodies == sent)
    assert [sum(map(len, batch)) for batch in handler.handled] == sizes
    assert await operator.ready("work") == 0


async def test_a_fault_of_the_handler_holds_the_batch_and_burns_no_delivery(
    rabbitmq_uri: str, operator: Operator
) -> None:
    handler = NotingHandler()
    handler.failing = True
    sent = await send(operator, range(5))
    async with consuming(rabbitmq_uri, handler, max_batch=5, max_wait=5) as consumer:
        await eventually(lambda: len(handler.attempts) > 3)
        assert consumer.is_consuming
        assert await consumer.check() == "paused by ConnectionError"
        handler.failing = False
        await eventually(lambda: len(handler.bodies) == 5)
        await eventually(lambda: is_up(consumer))
    assert handler.bodies == sent
    assert all(attempt is handler.attempts[0] for attempt in handler.attempts), "delivered once"
    assert (await operator.ready("work"), await operator.ready("work.dead")) == (0, 0)


async def test_a_fault_is_forgotten_with_the_messages_that_it_held(
    rabbitmq_uri: str, operator: Operator
) -> None:
    handler = NotingHandler()
    handler.failing = True
    await send(operator, range(1))
    async with consuming(rabbitmq_uri, handler) as consumer:
        await eventually(lambda: consumer.is_paused)
        assert consumer._subscription is not None
        await consumer._subscription._channel.close()
        await operator.delete("work")
        await eventually(lambda: is_up(consumer))


class YearOneHundredThousand(datetime):
    def timestamp(self) -> float:
        return 3e15


async def test_a_message_that_cannot_be_decoded_becomes_a_dead_letter_alone(
    rabbitmq_uri: str, operator: Operator
) -> None:
    """As another client sends it that counts microseconds in the property `timestamp`."""
    handler = NotingHandler()
    first = await send(operator, range(5))
    await operator.send("work", timestamp=YearOneHundredThousand.now(UTC))
    second = await send(operator, range(5, 10))
    async with consuming(rabbitmq_uri, handler):
        await eventually(lambda: set(handler.bodies) == {*first, *second})
        await eventually(lambda: operator.ready("work.dead"), within=200)
        await operator.send("work", b"after")
        await eventually(lambda: b"after" in handler.bodies)
    assert await operator.ready("work.dead") == 1
    assert max(handler.bodies.count(body) for body in first + second) <= 3


async def test_stopping_handles_and_acknowledges_what_is_at_hand_and_takes_no_more(
    rabbitmq_uri: str, operator: Operator
) -> None:
    handler = NotingHandler()
    handler.gate.clear()
    await send(operator, range(50))
    async with consuming(rabbitmq_uri, handler, prefetch=10, max_batch=5) as consumer:
        await eventually(lambda: operator.holds("work", 40))
        leaving = asyncio.create_task(consumer.__aexit__())
        await eventually(lambda: not consumer.is_consuming)
        handler.gate.set()
        await leaving
    assert len(handler.bodies) == 10
    assert await operator.ready("work") == 40


async def test_stopping_does_not_wait_for_a_fault_to_pass_nor_acknowledge_what_it_held(
    rabbitmq_uri: str, operator: Operator
) -> None:
    async def fails_on_the_first_batch(batch: Sequence[bytes]) -> Mapping[int, str]:
        if b"0" in batch:
            raise ConnectionError("the database is away")
        return {}

    await send(operator, range(10))
    bounds = {"max_batch": 5, "max_wait": 0.1}
    async with consuming(rabbitmq_uri, fails_on_the_first_batch, **bounds) as consumer:
        await eventually(lambda: consumer.is_paused)
        await eventually(lambda: operator.holds("work", 0))
    await eventually(lambda: operator.holds("work", 10))


async def test_stopping_ends_a_handler_that_never_returns(
    rabbitmq_uri: str,
    operator: Operator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumer_module, "STOP_TIMEOUT", 0.1)
    handler = NotingHandler()
    handler.gate.clear()
    await send(operator, range(5))
    before = asyncio.all_tasks()
    async with consuming(rabbitmq_uri, handler):
        await eventually(lambda: handler.attempts)
    await eventually(lambda: asyncio.all_tasks() <= before)
    await eventually(lambda: operator.holds("work", 5))


async def test_it_stops_while_there_is_no_broker() -> None:
    before = asyncio.all_tasks()
    async with consuming("amqp://127.0.0.1:1/", NotingHandler()) as consumer:
        await asyncio.sleep(0)
        assert await consumer.check() == "not consuming"
    await eventually(lambda: asyncio.all_tasks() <= before)
