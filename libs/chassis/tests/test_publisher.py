"""Publishing against a real broker: what was confirmed is there, what is not there was reported."""

import asyncio
from collections.abc import AsyncIterator

import aiormq
import pytest
from chassis.publisher import Publisher, PublishFailed
from chassis.rabbit import RabbitConnection
from chassis.topology import Queue
from chassis_helpers.broker import TOPOLOGY, Operator
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually


async def publish(publisher: Publisher, message_id: str, *, timeout: float = 60.0) -> bool:  # noqa: ASYNC109  as the method under test
    try:
        await publisher.publish("events", "Happened", b"{}", message_id=message_id, timeout=timeout)
    except PublishFailed:
        return False
    return True


async def test_a_confirmed_message_is_in_the_queue_whole_and_persistent(
    publisher: Publisher, operator: Operator
) -> None:
    await publisher.publish(
        "events", "Happened", b'{"a": 1}', message_id="1", headers={"traceparent": "00-1-2-01"}
    )
    message = await operator.take("work")
    assert message is not None
    properties = message.header.properties
    assert (message.body, message.exchange, message.routing_key) == (
        b'{"a": 1}',
        "events",
        "Happened",
    )
    assert (properties.message_id, properties.delivery_mode) == ("1", 2)
    assert properties.content_type == "application/json"
    assert (properties.headers or {})["traceparent"] == "00-1-2-01"


async def test_a_message_that_no_queue_takes_is_a_failure_and_the_missing_binding_is_made_again(
    publisher: Publisher, operator: Operator
) -> None:
    assert await publish(publisher, "1")
    channel = await operator.channel()
    await channel.queue_unbind("work", "events", "#")
    assert not await publish(publisher, "2")
    await eventually(lambda: publish(publisher, "2"))
    assert await operator.ready("work") == 2


async def test_after_an_unknown_exchange_which_closes_the_channel_messages_flow_again(
    publisher: Publisher,
) -> None:
    with pytest.raises(PublishFailed):
        await publisher.publish("nowhere", "Happened", b"{}", message_id="1")
    await eventually(lambda: publish(publisher, "2"))


async def test_a_message_that_the_queue_refuses_is_a_failure(
    publisher: Publisher, operator: Operator
) -> None:
    full = Queue("full", {"x-max-length": 1, "x-overflow": "reject-publish"})
    await operator.declare(full)
    await publisher.publish("", "full", b"{}", message_id="1")
    with pytest.raises(PublishFailed, match="refused"):
        await publisher.publish("", "full", b"{}", message_id="2")
    refused = [publisher.publish("", "full", b"{}", message_id=f"at once {n}") for n in range(50)]
    outcomes = await asyncio.gather(*refused, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {PublishFailed}
    assert await publish(publisher, "3")


async def test_many_tasks_publish_at_once(publisher: Publisher, operator: Operator) -> None:
    sent = await asyncio.gather(*(publish(publisher, str(number)) for number in range(500)))
    assert all(sent)
    assert await operator.ready("work") == 500


async def test_a_header_that_amqp_cannot_carry_is_an_error_of_the_caller(
    publisher: Publisher,
) -> None:
    for value in (object(), 2**70, 1e300, b"bytes"):
        with pytest.raises(ValueError, match="AMQP"):
            await publisher.publish("events", "e", b"", message_id="1", headers={"x": value})
    with pytest.raises(ValueError, match="AMQP"):
        await publisher.publish("events", "e" * 256, b"", message_id="1")
    assert await publish(publisher, "2")


async def test_a_cancelled_publish_is_cancelled_and_harms_no_other(publisher: Publisher) -> None:
    assert await publish(publisher, "0")
    doomed = [asyncio.create_task(publish(publisher, f"doomed {n}")) for n in range(50)]
    others = [asyncio.create_task(publish(publisher, f"other {n}")) for n in range(50)]
    await asyncio.sleep(0)
    for task in doomed:
        task.cancel()
    await asyncio.wait(doomed)
    assert all(task.cancelled() for task in doomed)
    assert all(await asyncio.gather(*others))


@pytest.mark.parametrize("reason", [asyncio.CancelledError(), None], ids=["stuck", "in order"])
async def test_a_connection_closed_under_a_publish_is_a_failure_and_no_cancellation(
    publisher: Publisher, reason: BaseException | None
) -> None:
    assert await publish(publisher, "0")
    under_way = [asyncio.create_task(publish(publisher, f"{number}")) for number in range(200)]
    await asyncio.sleep(0)
    transport = publisher._connection.robust.transport
    assert transport is not None
    await transport.connection.close(reason)
    assert not all(await asyncio.gather(*under_way))
    await eventually(lambda: publish(publisher, "after"))


async def test_without_a_broker_publishing_fails_at_once() -> None:
    unconnected = Publisher(RabbitConnection("amqp://127.0.0.1:1/", name="test"))
    with pytest.raises(PublishFailed, match="not connected"):
        await unconnected.publish("events", "Happened", b"{}", message_id="1", timeout=3600)


async def test_no_confirmed_message_is_lost_and_no_publish_hangs_whatever_the_broker_does(
    own_rabbitmq: Server[RabbitMQ],
) -> None:
    confirmed: set[str] = set()
    failed = asyncio.Event()

    async def keep_publishing(worker: int) -> None:
        number = 0
        while True:
            number += 1
            if await publish(sender, f"{worker}-{number}", timeout=1):
                confirmed.add(f"{worker}-{number}")
            else:
                failed.set()
                await asyncio.sleep(0.05)

    async def flows_again() -> None:
        confirmed_before = len(confirmed)
        await eventually(lambda: _more_than(confirmed, confirmed_before + 20))
        failed.clear()

    async with RabbitConnection(own_rabbitmq.uri, name="test", topology=TOPOLOGY) as connection:
        sender = Publisher(connection)
        workers = [asyncio.create_task(keep_publishing(worker)) for worker in range(20)]
        await flows_again()

        own_rabbitmq.freeze()
        await asyncio.wait_for(failed.wait(), 60)
        own_rabbitmq.thaw()
        await flows_again()

        await asyncio.to_thread(own_rabbitmq.stop)
        await asyncio.wait_for(failed.wait(), 60)
        await asyncio.to_thread(own_rabbitmq.start)
        await flows_again()

        assert not any(task.done() for task in workers), "no foreign cancellation ends a publisher"
        for task in workers:
            task.cancel()
        await asyncio.wait(workers)

    async with aiormq.connect(own_rabbitmq.uri) as raw:
        arrived = {
            message.header.properties.message_id async for message in _all_of(Operator(raw), "work")
        }
    assert confirmed <= arrived


async def _more_than(confirmed: set[str], count: int) -> bool:
    return len(confirmed) > count


async def _all_of(operator: Operator, queue: str) -> AsyncIterator[aiormq.abc.DeliveredMessage]:
    channel = await operator.channel()
    while (message := await channel.basic_get(queue, no_ack=True)).delivery_tag:
        yield message
