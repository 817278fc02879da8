"""A RabbitMQ of three nodes that loses one under load: the one that leads the queue of events."""

import asyncio

from client import User
from clustered import Clustered
from contracts.events import DEAD_LETTER_QUEUE, QUEUE
from devstack.testing import eventually, examples
from load import creating, told_exactly_once


async def test_every_event_is_told_once_while_a_node_is_away_and_when_it_is_back(
    clustered: Clustered, user: User
) -> None:
    rabbitmq = clustered.rabbitmq
    await eventually(lambda: sorted(online(clustered)) == sorted(rabbitmq.names))
    for _ in range(examples(1, 6)):
        lost = rabbitmq.leader_of(QUEUE)
        async with creating(user) as load:
            await load.acknowledges(20)
            lost.kill()
            await load.acknowledges(40)
        assert set(load.statuses) == {201}
        await told_exactly_once(user, load)
        assert lost.store.node_name not in online(clustered)

        async with creating(user) as load:
            await asyncio.to_thread(rabbitmq.mend)
            await load.acknowledges(20)
        assert set(load.statuses) == {201}
        await told_exactly_once(user, load)
        await eventually(lambda: sorted(online(clustered)) == sorted(rabbitmq.names))
    assert rabbitmq.queue(DEAD_LETTER_QUEUE)["messages"] == 0


def online(clustered: Clustered) -> list[str]:
    """The nodes with a member of the queue that is up to date with its leader."""
    return list(clustered.rabbitmq.queue(QUEUE).get("online", []))
