"""A RabbitMQ of three nodes that loses one: the one that leads the queue."""

import asyncio
from collections.abc import Collection

from chassis.publisher import Publisher, PublishFailed
from chassis.rabbit import RabbitConnection
from chassis.topology import Topology, dead_letter_queue
from client import User
from clustered import Clustered
from contracts.events import DEAD_LETTER_QUEUE, QUEUE
from devstack.rabbitmq_cluster import Cluster
from devstack.testing import eventually, examples
from load import creating, told_exactly_once


async def test_every_event_is_told_once_while_a_node_is_away_and_when_it_is_back(
    clustered: Clustered, user: User
) -> None:
    rabbitmq = clustered.rabbitmq
    await online(rabbitmq, rabbitmq.names)
    for _ in range(examples(1, 6)):
        lost = rabbitmq.leader_of(QUEUE)
        async with creating(user) as load:
            await load.acknowledges(20)
            lost.kill()
            await load.acknowledges(40)
        await told_exactly_once(user, load)
        await online(rabbitmq, {*rabbitmq.names} - {lost.store.node_name})

        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.to_thread(rabbitmq.mend))
            async with creating(user) as load:
                await load.acknowledges(40)
        await told_exactly_once(user, load)
        await online(rabbitmq, rabbitmq.names)
    await eventually(lambda: rabbitmq.queue(DEAD_LETTER_QUEUE).get("messages") == 0)


async def test_a_channel_whose_first_message_came_while_the_queue_had_no_leader_is_replaced(
    clustered: Clustered,
) -> None:
    leader, other, _ = clustered.rabbitmq.members
    topology = Topology(queues=[dead_letter_queue("first-message")])
    async with RabbitConnection(leader.uri, name="declares", topology=topology) as connection:
        await connection.wait_until_up()
    assert clustered.rabbitmq.leader_of("first-message") is leader  # it was declared there
    async with RabbitConnection(other.uri, name="publishes") as connection:
        await connection.wait_until_up()
        publisher = Publisher(connection)

        async def published() -> bool:
            try:
                await publisher.publish("", "first-message", b"{}", message_id=None)
            except PublishFailed:
                return False
            return True

        leader.kill()
        await eventually(published)


async def online(rabbitmq: Cluster, nodes: Collection[str]) -> None:
    """Wait until the queue of events has a member on each of these nodes that is there, and on no other."""

    def as_expected() -> bool:
        return sorted(rabbitmq.queue(QUEUE).get("online", [])) == sorted(nodes)

    await eventually(as_expected)
