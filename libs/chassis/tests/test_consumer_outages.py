"""Consumption resumes, and nothing is lost, when the channel, the queue or the broker goes away."""

import asyncio
import os
import signal
import sys
from collections import Counter
from textwrap import dedent

import aiormq
import pytest
from aio_pika.abc import AbstractChannel, AbstractQueue
from chassis.publisher import Publisher, PublishFailed
from chassis.rabbit import RabbitConnection
from chassis.topology import Topology
from chassis_helpers.broker import TOPOLOGY, Operator
from chassis_helpers.consumer import NotingHandler, consuming, is_up, send
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually


@pytest.mark.usefixtures("connection")
async def test_a_consumer_killed_between_handling_and_acknowledging_gets_the_messages_again(
    rabbitmq_uri: str, operator: Operator
) -> None:
    sent = await send(operator, range(5))
    program = dedent("""
        import asyncio, os, signal, sys
        from chassis_helpers.consumer import consuming

        async def handle(batch):
            os.kill(os.getpid(), signal.SIGKILL)

        async def main():
            async with consuming(sys.argv[1], handle, max_wait=0.1):
                await asyncio.Event().wait()

        asyncio.run(main())
    """)
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    doomed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, rabbitmq_uri, env=dict(os.environ) | path
    )
    assert await asyncio.wait_for(doomed.wait(), 120) == -signal.SIGKILL
    handler = NotingHandler()
    async with consuming(rabbitmq_uri, handler):
        await eventually(lambda: len(handler.bodies) == 5)
    assert handler.bodies == sent


@pytest.mark.usefixtures("connection")
async def test_what_came_by_a_dead_channel_is_forgotten_and_comes_again(
    rabbitmq_uri: str, operator: Operator
) -> None:
    handler = NotingHandler()
    handler.gate.clear()
    sent = await send(operator, range(5))
    async with consuming(rabbitmq_uri, handler, prefetch=3, max_batch=1) as consumer:
        await eventually(lambda: handler.attempts)
        await eventually(lambda: operator.holds("work", 2))
        assert consumer._subscription is not None
        await consumer._subscription._channel.close()
        handler.gate.set()
        await eventually(lambda: Counter(handler.bodies).keys() >= set(sent))
        await eventually(lambda: operator.holds("work", 0))
    assert Counter(handler.bodies) == Counter([sent[0], *sent]), (
        "only the one under way was doubled"
    )
    assert await operator.ready("work") == 0


@pytest.mark.usefixtures("connection")
async def test_a_consumer_whose_queue_was_deleted_declares_it_and_goes_on(
    rabbitmq_uri: str, operator: Operator
) -> None:
    handler = NotingHandler()
    async with consuming(rabbitmq_uri, handler) as consumer:
        await eventually(lambda: is_up(consumer))
        await operator.delete("work")
        await eventually(lambda: operator.is_routed("events"))
        await eventually(lambda: b"" in handler.bodies)


async def test_nothing_is_lost_and_consumption_resumes_whatever_happens_to_the_broker(
    own_rabbitmq: Server[RabbitMQ],
) -> None:
    handler = NotingHandler()
    confirmed: set[bytes] = set()

    async def keep_publishing() -> None:
        number = 0
        while True:
            number += 1
            body = str(number).encode()
            try:
                await publisher.publish(
                    "events", "Happened", body, message_id=str(number), timeout=1
                )
                confirmed.add(body)
            except PublishFailed:
                await asyncio.sleep(0.05)

    async def flows_again() -> None:
        before = len(handler.bodies)
        await eventually(lambda: len(handler.bodies) > before + 20)
        await eventually(lambda: is_up(consumer))

    async with (
        RabbitConnection(own_rabbitmq.uri, name="test", topology=TOPOLOGY) as connection,
        consuming(own_rabbitmq.uri, handler) as consumer,
    ):
        publisher = Publisher(connection)
        publishing = asyncio.create_task(keep_publishing())
        await flows_again()

        own_rabbitmq.freeze()
        await eventually(lambda: not consumer.is_consuming)
        own_rabbitmq.thaw()
        await flows_again()

        await asyncio.to_thread(own_rabbitmq.stop)
        await eventually(lambda: not consumer.is_consuming)
        await asyncio.to_thread(own_rabbitmq.start)
        await flows_again()

        await asyncio.to_thread(own_rabbitmq.kill)
        await asyncio.to_thread(own_rabbitmq.start)
        await flows_again()

        publishing.cancel()
        await asyncio.wait({publishing})
        await eventually(lambda: confirmed <= set(handler.bodies))
    async with aiormq.connect(own_rabbitmq.uri) as raw:
        assert await Operator(raw).ready("work.dead") == 0


@pytest.mark.usefixtures("connection")
async def test_a_cancellation_that_nobody_asked_for_ends_neither_connection_nor_consumer(
    rabbitmq_uri: str, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With which aio-pika ends whatever waits on a connection that got stuck."""
    declare = Topology.declare
    calls = 0

    async def stuck_at_first(
        topology: Topology, channel: AbstractChannel
    ) -> dict[str, AbstractQueue]:
        nonlocal calls
        calls += 1
        if calls < 5:
            raise asyncio.CancelledError
        return await declare(topology, channel)

    handler = NotingHandler()
    sent = await send(operator, range(1))
    monkeypatch.setattr(Topology, "declare", stuck_at_first)
    async with consuming(rabbitmq_uri, handler):
        await eventually(lambda: handler.bodies == sent)
        calls = 0
        await eventually(lambda: calls >= 5)
        await send(operator, range(1))
        await eventually(lambda: handler.bodies == sent * 2)
