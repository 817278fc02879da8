"""Receiving events in tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Self

from chassis.rabbit import RabbitConnection
from chassis.topology import Binding, Queue, Topology
from contracts.events import EXCHANGE, TaskEvent
from devstack.testing import eventually


class Message(NamedTuple):
    """An event as it was received; `properties` has AMQP's."""

    event: TaskEvent
    routing_key: str
    properties: Any


class Inbox:
    """A queue that gets every event, as activity-service's would."""

    NAME = "inbox"

    def __init__(self, rabbit: RabbitConnection) -> None:
        self._rabbit = rabbit
        self.messages: list[Message] = []

    @classmethod
    @asynccontextmanager
    async def opened(cls, rabbitmq_uri: str) -> AsyncIterator[Self]:
        queue = Queue(cls.NAME, {"x-queue-type": "quorum"}, [Binding(EXCHANGE, "#")])
        topology = Topology([EXCHANGE], [queue])
        async with RabbitConnection(rabbitmq_uri, name="inbox", topology=topology) as rabbit:
            await rabbit.wait_until_up()
            yield cls(rabbit)

    async def received(self, number: int = 1) -> list[Message]:
        """All messages that have ever come, once there are at least so many."""

        async def enough() -> bool:
            await self.fetch()
            return len(self.messages) >= number

        arrived: bool = await eventually(enough, within=30)
        assert arrived
        return self.messages

    async def fetch(self) -> None:
        """Take what is in the queue now."""
        async with await self._rabbit.open_channel() as channel:
            queue = await channel.get_queue(self.NAME, ensure=False)
            while got := await queue.get(no_ack=True, fail=False):
                event = TaskEvent.model_validate_json(got.body)
                self.messages.append(Message(event, str(got.routing_key), got))
