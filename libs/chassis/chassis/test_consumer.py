"""Consuming from a real broker: nothing lost, nothing given up, nothing taken for handled."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from textwrap import dedent

import aiormq
import pytest
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually

from chassis import consumer as consumer_module
from chassis import subscription as subscription_module
from chassis.background import Backoff
from chassis.conftest import TOPOLOGY, Operator
from chassis.consumer import BatchConsumer, Delivery
from chassis.publisher import Publisher, PublishFailed
from chassis.rabbit import RabbitConnection


class Recorder:
    """A handler that notes what it gets, and fails while it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[Delivery]] = []
        self.failing = False
        self.attempts: list[list[Delivery]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, batch: list[Delivery]) -> None:
        self.attempts.append(batch)
        await self.gate.wait()
        if self.failing:
            raise ConnectionError("the database is away")
        self.batches.append(batch)

    @property
    def deliveries(self) -> list[Delivery]:
        return [delivery for batch in self.batches for delivery in batch]

    @property
    def ids(self) -> list[str | None]:
        return [delivery.message_id for delivery in self.deliveries]


@pytest.fixture
async def connection(rabbitmq_uri: str) -> AsyncIterator[RabbitConnection]:
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()
        yield connection


@pytest.fixture
def no_watchdog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is told of the end need not wait for the watchdog."""
    monkeypatch.setattr(subscription_module, "WATCH_INTERVAL", 3600)


async def send(operator: Operator, numbers: range) -> list[str]:
    for number in numbers:
        await operator.send("work", b"{}", message_id=str(number))
    return [str(number) for number in numbers]


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
        await eventually(lambda: _is_up(consumer))
    assert handler.ids == sent
    assert not any(delivery.redelivered for delivery in handler.deliveries)
    assert {delivery.headers.get("x-delivery-count", 0) for delivery in handler.deliveries} == {0}
    assert (await operator.ready("work"), await operator.ready("work.parked")) == (0, 0)


async def _is_up(consumer: BatchConsumer) -> bool:
    return await consumer.check() == "up"


async def test_a_consumer_killed_between_handling_and_acknowledging_gets_the_messages_again(
    rabbitmq_uri: str, connection: RabbitConnection, operator: Operator
) -> None:
    sent = await send(operator, range(5))
    program = dedent("""
        import asyncio, os, sys
        from chassis.consumer import BatchConsumer
        from chassis.rabbit import RabbitConnection

        async def handle(batch):
            os._exit(9)

        async def main():
            async with RabbitConnection(sys.argv[1], name="doomed") as connection:
                async with BatchConsumer(connection, "work", handle, max_wait=0.1):
                    await asyncio.Event().wait()

        asyncio.run(main())
    """)
    doomed = await asyncio.create_subprocess_exec(sys.executable, "-c", program, rabbitmq_uri)
    assert await asyncio.wait_for(doomed.wait(), 30) == 9
    handler = Recorder()
    async with BatchConsumer(connection, "work", handler):
        await eventually(lambda: len(handler.deliveries) == 5)
    assert handler.ids == sent
    assert handler.deliveries[0].redelivered


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


@pytest.mark.usefixtures("no_watchdog")
async def test_tags_of_a_dead_channel_are_forgotten_and_the_messages_come_again(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    handler.gate.clear()
    await send(operator, range(5))
    async with BatchConsumer(connection, "work", handler, prefetch=3) as consumer:
        await eventually(lambda: handler.attempts)
        await eventually(lambda: _holds(operator, 2))
        assert consumer._subscription is not None
        await consumer._subscription._channel.close()
        handler.gate.set()
        await eventually(lambda: Counter(handler.ids).keys() >= set("01234"))
        assert Counter(handler.ids)["0"] == 2
        await eventually(lambda: _is_up(consumer))
    assert await operator.ready("work") == 0


@pytest.mark.usefixtures("no_watchdog")
async def test_a_consumer_whose_queue_was_deleted_declares_it_and_goes_on(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    publisher = Publisher(connection)
    async with BatchConsumer(connection, "work", handler) as consumer:
        await eventually(lambda: consumer.is_consuming)
        await operator.delete("work")
        await eventually(lambda: not consumer.is_consuming)
        await eventually(lambda: consumer.is_consuming)
        await publisher.publish("events", "Happened", b"{}", message_id="1")
        await eventually(lambda: handler.ids == ["1"])


@pytest.mark.usefixtures("no_watchdog")
async def test_an_idle_consumer_whose_channel_died_opens_another(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    async with BatchConsumer(connection, "work", handler) as consumer:
        await eventually(lambda: consumer.is_consuming)
        assert consumer._subscription is not None
        await consumer._subscription._channel.close()
        await send(operator, range(1))
        await eventually(lambda: handler.ids == ["0"])


async def test_a_fault_is_forgotten_with_the_messages_that_it_held(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    handler.failing = True
    await send(operator, range(1))
    async with BatchConsumer(connection, "work", handler) as consumer:
        await eventually(lambda: consumer.is_paused)
        await operator.delete("work")
        await eventually(lambda: _is_up(consumer))


async def test_a_cancellation_that_nobody_was_told_of_is_noticed(
    connection: RabbitConnection,
) -> None:
    async with BatchConsumer(connection, "work", Recorder()) as consumer:
        await eventually(lambda: consumer.is_consuming)
        first = consumer._subscription
        assert first is not None
        first._channel.consumers.clear()
        await eventually(lambda: consumer._subscription is not first and consumer.is_consuming)


async def test_stopping_handles_and_acknowledges_what_is_at_hand(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    handler.gate.clear()
    sent = await send(operator, range(25))
    consumer = BatchConsumer(connection, "work", handler, max_batch=10)
    async with consumer:
        await eventually(lambda: handler.attempts)
        await eventually(lambda: _is_empty(operator))
        asyncio.get_running_loop().call_later(0.2, handler.gate.set)
    assert handler.ids == sent
    assert not consumer.is_consuming
    await eventually(lambda: _is_empty(operator))


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
        await eventually(lambda: _holds(operator, 40))
    assert len(handled) == 10
    await eventually(lambda: _holds(operator, 40))


async def _is_empty(operator: Operator) -> bool:
    return await operator.ready("work") == 0


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
    await eventually(lambda: _holds(operator, 5))


async def _holds(operator: Operator, count: int) -> bool:
    return await operator.ready("work") == count


async def test_stopping_while_it_starts_handles_nothing(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    await send(operator, range(5))
    async with BatchConsumer(connection, "work", handler) as consumer:
        await eventually(lambda: consumer._subscription is not None, every=0)
    assert not handler.attempts
    await eventually(lambda: _holds(operator, 5))


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
    await eventually(lambda: _holds(operator, 5))


async def test_it_stops_while_there_is_no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer_module, "STOP_TIMEOUT", 3600)
    before = asyncio.all_tasks()
    connection = RabbitConnection("amqp://127.0.0.1:1/", name="test")
    async with connection, BatchConsumer(connection, "work", Recorder()) as consumer:
        for _ in range(5):
            await asyncio.sleep(0)
        assert await consumer.check() == "not consuming"
    await eventually(lambda: asyncio.all_tasks() == before)


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


async def test_nothing_is_lost_and_consumption_resumes_whatever_happens_to_the_broker(
    own_rabbitmq: Server[RabbitMQ],
) -> None:
    handler = Recorder()
    confirmed: list[str] = []

    async def keep_publishing() -> None:
        number = 0
        while True:
            number += 1
            try:
                await publisher.publish(
                    "events", "Happened", b"{}", message_id=str(number), timeout=1
                )
                confirmed.append(str(number))
            except PublishFailed:
                await asyncio.sleep(0.05)

    async def flows_again() -> None:
        before = len(handler.deliveries)
        await eventually(lambda: len(handler.deliveries) > before + 20, within=20)
        await eventually(lambda: _is_up(consumer))

    async with (
        RabbitConnection(own_rabbitmq.uri, name="test", topology=TOPOLOGY) as connection,
        BatchConsumer(connection, "work", handler) as consumer,
    ):
        publisher = Publisher(connection)
        publishing = asyncio.create_task(keep_publishing())
        await flows_again()

        own_rabbitmq.freeze()
        with pytest.raises(TimeoutError):
            await connection.check()
        own_rabbitmq.thaw()
        await flows_again()

        await asyncio.to_thread(own_rabbitmq.stop)
        await eventually(lambda: not consumer.is_consuming)
        await asyncio.to_thread(own_rabbitmq.start)
        await flows_again()

        publishing.cancel()
        await asyncio.wait({publishing})
        await eventually(lambda: set(confirmed) <= set(handler.ids))
    async with aiormq.connect(own_rabbitmq.uri) as raw:
        assert await Operator(raw).ready("work.parked") == 0
