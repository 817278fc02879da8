"""RabbitMQ's users, on a node of the test's own, through the topology of the two services."""

from collections.abc import Awaitable, Callable

import pytest
from activity_service.topology import TOPOLOGY
from aio_pika import Message, connect
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from aiormq.exceptions import ChannelAccessRefused
from contracts.events import DEAD_LETTER_QUEUE, EXCHANGE, QUEUE
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually
from stores.passwords import ADMIN
from tasks_service.app import TOPOLOGY as TASKS_TOPOLOGY

Attempt = Callable[[AbstractChannel], Awaitable[object]]


async def is_refused(uri: str, attempt: Attempt) -> None:
    async with await connect(uri) as connection:
        channel = await connection.channel()
        with pytest.raises(ChannelAccessRefused):
            await attempt(channel)


async def taken_from(queue: AbstractQueue) -> AbstractIncomingMessage:
    message = await eventually(lambda: queue.get(fail=False))
    assert message is not None
    return message


async def test_an_event_goes_from_one_service_to_the_other_and_to_the_dead_letters(
    own_rabbitmq: Server[RabbitMQ],
) -> None:
    uris = own_rabbitmq.store.service_uris
    async with (
        await connect(uris["tasks-service"]) as tasks,
        await connect(uris["activity-service"]) as activity,
    ):
        publishing, consuming = await tasks.channel(), await activity.channel()
        queues = await TOPOLOGY.declare(consuming)
        await TASKS_TOPOLOGY.declare(publishing)
        exchange = await publishing.get_exchange(EXCHANGE)
        await exchange.publish(Message(b"event"), "TaskCreated")
        await (await taken_from(queues[QUEUE])).reject()
        await (await taken_from(queues[DEAD_LETTER_QUEUE])).ack()
        await consuming.default_exchange.publish(Message(b"event"), QUEUE)
        await (await taken_from(queues[QUEUE])).ack()


@pytest.mark.parametrize(
    "attempt",
    [
        lambda channel: channel.declare_queue("mine"),
        lambda channel: channel.declare_exchange("mine"),
        lambda channel: channel.default_exchange.publish(Message(b""), QUEUE),
    ],
)
async def test_tasks_service_publishes_events_and_does_nothing_else(
    own_rabbitmq: Server[RabbitMQ], attempt: Attempt
) -> None:
    await is_refused(own_rabbitmq.store.service_uris["tasks-service"], attempt)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda channel: channel.declare_queue("mine"),
        lambda channel: channel.declare_exchange("mine"),
    ],
)
async def test_activity_service_has_its_queues_and_nothing_else(
    own_rabbitmq: Server[RabbitMQ], attempt: Attempt
) -> None:
    await is_refused(own_rabbitmq.store.service_uris["activity-service"], attempt)


async def test_a_node_from_before_there_were_users_gets_them_and_keeps_its_messages(
    own_rabbitmq: Server[RabbitMQ],
) -> None:
    store = own_rabbitmq.store
    async with await connect(store.uri) as connection:
        channel = await connection.channel()
        await TOPOLOGY.declare(channel)
        await channel.default_exchange.publish(Message(b"from before"), QUEUE)
    with store.api() as api:
        for service in ("tasks-service", "activity-service"):
            api.delete(f"/users/{service}").raise_for_status()
        old = {"password": "of another version", "tags": "administrator"}
        api.put(f"/users/{ADMIN}", json=old).raise_for_status()
    own_rabbitmq.stop()
    own_rabbitmq.start()
    async with await connect(store.service_uris["activity-service"]) as connection:
        queue = await (await connection.channel()).get_queue(QUEUE)
        message = await taken_from(queue)
        assert message.body == b"from before"
        await message.ack()
