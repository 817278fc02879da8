"""A RabbitMQ of three nodes that loses one under load: the one that leads the queue of events."""

import asyncio
from collections.abc import Collection

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


async def online(rabbitmq: Cluster, nodes: Collection[str]) -> None:
    """Wait until the queue of events has a member on each of these nodes that is there, and on no other."""

    def as_expected() -> bool:
        return sorted(rabbitmq.queue(QUEUE).get("online", [])) == sorted(nodes)

    await eventually(as_expected)
