"""Consuming from a real broker: batches in order, nothing given up, nothing taken for handled."""

import asyncio
from datetime import UTC, datetime

from chassis.consumer import BatchConsumer
from chassis.publisher import Publisher
from chassis.rabbit import RabbitConnection
from chassis_helpers.broker import Operator
from chassis_helpers.consumer import Recorder, is_up, send
from devstack.testing import eventually


async def test_deliveries_arrive_in_order_in_batches_and_are_acknowledged(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    sent = await send(operator, range(25))
    async with BatchConsumer(connection, "work", handler, max_batch=10, max_wait=0.05) as consumer:
        await eventually(lambda: len(handler.deliveries) == 25)
        assert consumer.is_consuming
        assert not consumer.is_paused
        assert await consumer.check() == "up"
    assert handler.ids == sent
    assert max(len(batch) for batch in handler.batches) == 10
    first = handler.deliveries[0]
    assert (first.body, first.routing_key, first.redelivered) == (b"{}", "work", False)
    assert await operator.ready("work") == 0


async def test_a_fault_of_the_handler_holds_the_batch_and_burns_no_delivery(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    handler.failing = True
    sent = await send(operator, range(5))
    async with BatchConsumer(connection, "work", handler, max_wait=0.1) as consumer:
        await eventually(lambda: len(handler.attempts) > 3)
        assert consumer.is_paused
        assert consumer.is_consuming
        assert await consumer.check() == "paused by ConnectionError"
        assert all(attempt == handler.attempts[0] for attempt in handler.attempts)
        handler.failing = False
        await eventually(lambda: len(handler.deliveries) == 5)
        await eventually(lambda: is_up(consumer))
    assert handler.ids == sent
    assert not any(delivery.redelivered for delivery in handler.deliveries)
    assert {delivery.headers.get("x-delivery-count", 0) for delivery in handler.deliveries} == {0}
    assert (await operator.ready("work"), await operator.ready("work.parked")) == (0, 0)


async def test_deliveries_that_come_soon_after_the_first_share_its_batch(
    connection: RabbitConnection,
) -> None:
    handler = Recorder()
    publisher = Publisher(connection)
    async with BatchConsumer(connection, "work", handler, max_wait=1) as consumer:
        await eventually(lambda: consumer.is_consuming)
        await asyncio.gather(
            *(publisher.publish("", "work", b"{}", message_id=str(n)) for n in range(5))
        )
        await eventually(lambda: handler.batches)
    assert [len(batch) for batch in handler.batches] == [5]


async def test_a_fault_is_forgotten_with_the_messages_that_it_held(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    handler.failing = True
    await send(operator, range(1))
    async with BatchConsumer(connection, "work", handler) as consumer:
        await eventually(lambda: consumer.is_paused)
        await operator.delete("work")
        await eventually(lambda: is_up(consumer))


class YearOneHundredThousand(datetime):
    def timestamp(self) -> float:
        return 3e15


async def test_a_message_that_cannot_be_decoded_is_parked_alone(
    connection: RabbitConnection, operator: Operator
) -> None:
    """As another client sends it that counts microseconds in the property `timestamp`."""
    handler = Recorder()
    await send(operator, range(5))
    await operator.send("work", message_id="bad", timestamp=YearOneHundredThousand.now(UTC))
    await send(operator, range(5, 10))
    async with BatchConsumer(connection, "work", handler):
        await eventually(lambda: set(handler.ids) == set("0123456789"))
        await eventually(lambda: operator.ready("work.parked"), within=60)
        await operator.send("work", message_id="after")
        await eventually(lambda: "after" in handler.ids)
    assert await operator.ready("work.parked") == 1
    assert max(delivery.headers.get("x-delivery-count", 0) for delivery in handler.deliveries) <= 3
