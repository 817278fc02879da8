"""Receiving events in tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Self

from aio_pika.abc import AbstractQueue
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

    def __init__(self, queue: AbstractQueue) -> None:
        self._queue = queue
        self.messages: list[Message] = []

    @classmethod
    @asynccontextmanager
    async def opened(cls, rabbitmq_uri: str) -> AsyncIterator[Self]:
        queue = Queue(cls.NAME, {"x-queue-type": "quorum"}, [Binding(EXCHANGE, "#")])
        topology = Topology([EXCHANGE], [queue])
        async with RabbitConnection(rabbitmq_uri, name="inbox", topology=topology) as rabbit:
            await rabbit.wait_until_up()
            async with await rabbit.open_channel() as channel:
                yield cls(await channel.get_queue(cls.NAME, ensure=False))

    async def received(self, number: int = 1) -> list[Message]:
        """All messages that have ever come, once there are at least so many."""

        async def enough() -> bool:
            await self.fetch()
            return len(self.messages) >= number

        arrived: bool = await eventually(enough)
        assert arrived
        return self.messages

    async def fetch(self) -> None:
        """Take what is in the queue now."""
        while got := await self._queue.get(no_ack=True, fail=False):
            event = TaskEvent.model_validate_json(got.body)
            self.messages.append(Message(event, str(got.routing_key), got))
