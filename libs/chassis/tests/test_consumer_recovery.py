"""Consumption resumes, and nothing is lost, when the channel, the queue or the broker goes away."""

import asyncio
import sys
from collections import Counter
from textwrap import dedent

import aiormq
import pytest
from chassis import subscription as subscription_module
from chassis.consumer import BatchConsumer
from chassis.publisher import Publisher, PublishFailed
from chassis.rabbit import RabbitConnection
from chassis_helpers.broker import TOPOLOGY, Operator
from chassis_helpers.consumer import Recorder, is_up, send
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually


@pytest.fixture
def no_watchdog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is told of the end need not wait for the watchdog."""
    monkeypatch.setattr(subscription_module, "WATCH_INTERVAL", 3600)


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


@pytest.mark.usefixtures("no_watchdog")
async def test_tags_of_a_dead_channel_are_forgotten_and_the_messages_come_again(
    connection: RabbitConnection, operator: Operator
) -> None:
    handler = Recorder()
    handler.gate.clear()
    await send(operator, range(5))
    async with BatchConsumer(connection, "work", handler, prefetch=3) as consumer:
        await eventually(lambda: handler.attempts)
        await eventually(lambda: operator.holds("work", 2))
        assert consumer._subscription is not None
        await consumer._subscription._channel.close()
        handler.gate.set()
        await eventually(lambda: Counter(handler.ids).keys() >= set("01234"))
        assert Counter(handler.ids)["0"] == 2
        await eventually(lambda: is_up(consumer))
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


async def test_a_cancellation_that_nobody_was_told_of_is_noticed(
    connection: RabbitConnection,
) -> None:
    async with BatchConsumer(connection, "work", Recorder()) as consumer:
        await eventually(lambda: consumer.is_consuming)
        first = consumer._subscription
        assert first is not None
        first._channel.consumers.clear()
        await eventually(lambda: consumer._subscription is not first and consumer.is_consuming)


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
        await eventually(lambda: is_up(consumer))

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
