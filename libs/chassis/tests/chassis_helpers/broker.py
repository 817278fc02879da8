"""What the tests of this package share."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiormq
from aiormq import spec
from aiormq.abc import DeliveredMessage
from aiormq.exceptions import ChannelNotFoundEntity, PublishError
from chassis.topology import Binding, Queue, Topology, dead_letter_queue, work_queue
from devstack.rabbitmq import RabbitMQ, find_rabbitmq_server
from devstack.servers import Server

TOPOLOGY = Topology(
    exchanges=["events"],
    queues=[
        dead_letter_queue("work.dead"),
        work_queue("work", dead_letters_to="work.dead", bindings=[Binding("events", "#")]),
    ],
)


class Operator:
    """Acts on the broker past the code under test. Opens a channel for each act."""

    def __init__(self, connection: aiormq.abc.AbstractConnection) -> None:
        self._connection = connection

    async def channel(self) -> aiormq.abc.AbstractChannel:
        return await self._connection.channel()

    async def declare(self, queue: Queue) -> None:
        channel = await self.channel()
        await channel.queue_declare(queue.name, durable=True, arguments=dict(queue.arguments))
        await channel.close()

    async def send(
        self,
        queue: str,
        body: bytes = b"{}",
        *,
        message_id: str | None = None,
        headers: dict[str, Any] | None = None,
        timestamp: datetime | None = None,
    ) -> None:
        channel = await self.channel()
        properties = spec.Basic.Properties(
            delivery_mode=2, message_id=message_id, headers=headers, timestamp=timestamp
        )
        await channel.basic_publish(body, routing_key=queue, properties=properties)
        await channel.close()

    async def exists(self, queue: str) -> bool:
        try:
            await self.ready(queue)
        except ChannelNotFoundEntity:
            return False
        return True

    async def ready(self, queue: str) -> int:
        """How many messages wait there; those delivered and not acknowledged are not counted."""
        channel = await self.channel()
        declared = await channel.queue_declare(queue, passive=True)
        await channel.close()
        return declared.message_count or 0

    async def holds(self, queue: str, count: int) -> bool:
        return await self.ready(queue) == count

    async def take(self, queue: str) -> DeliveredMessage | None:
        channel = await self.channel()
        message = await channel.basic_get(queue, no_ack=True)
        await channel.close()
        return message if message.delivery_tag else None

    async def delete(self, queue: str) -> None:
        channel = await self.channel()
        await channel.queue_delete(queue)
        await channel.close()

    async def delete_exchange(self, exchange: str) -> None:
        channel = await self.channel()
        await channel.exchange_delete(exchange)
        await channel.close()

    async def is_routed(self, exchange: str) -> bool:
        """Whether that exchange is there and a queue takes what is sent to it."""
        try:
            channel = await self._connection.channel(on_return_raises=True)
            await channel.basic_publish(b"", exchange=exchange, mandatory=True)
        except (ChannelNotFoundEntity, PublishError):
            return False
        await channel.close()
        return True


@asynccontextmanager
async def memory_alarm(server: Server[RabbitMQ]) -> AsyncIterator[None]:
    """The broker is short of memory until the body ends: it blocks whoever publishes."""
    await _set_memory_limit(server, "0")
    try:
        yield
    finally:
        await _set_memory_limit(server, "0.8")


async def _set_memory_limit(server: Server[RabbitMQ], fraction: str) -> None:
    rabbitmqctl = str(Path(find_rabbitmq_server() or "").with_name("rabbitmqctl"))
    await asyncio.to_thread(
        subprocess.run,
        [rabbitmqctl, "set_vm_memory_high_watermark", fraction],
        env=server.store.environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
