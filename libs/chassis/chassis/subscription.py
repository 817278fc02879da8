"""What the broker delivers on one channel, and what may be acknowledged only there."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, Self, cast

import aiormq
from aiormq.abc import DeliveredMessage

from chassis.rabbit import BROKER_FAULTS, RabbitConnection

ANSWER_TIMEOUT: Final = 5.0  # seconds
CANCEL_TIMEOUT: Final = 1.0
WATCH_INTERVAL: Final = 1.0


class Subscription:
    """Collects what one channel delivers. Once that has ended, another must take its place.

    It consumes on aiormq's channel, which is beneath aio-pika's: for each message aio-pika makes a
    second asyncio task, and an object of properties that nobody reads here.
    """

    def __init__(self, channel: aiormq.Channel, queue: str) -> None:
        self._channel = channel
        self._queue = queue
        self._consumer_tag = ""
        self._messages: deque[DeliveredMessage] = deque()
        self._something_happened = asyncio.Event()
        channel.closing.add_done_callback(lambda _closing: self._something_happened.set())

    @classmethod
    @asynccontextmanager
    async def open(
        cls, connection: RabbitConnection, queue: str, *, prefetch: int
    ) -> AsyncIterator[Self]:
        """Consume a queue of the connection's topology, which is declared first.

        The broker takes back what is not acknowledged when the body ends.
        """
        channel = await connection.open_channel()
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                await channel.set_qos(prefetch_count=prefetch)
                await connection.topology.declare(channel)
                underlay = cast("aiormq.Channel", await channel.get_underlay_channel())
                subscription = cls(underlay, queue)
                await subscription._consume()
            yield subscription
        finally:
            with suppress(*BROKER_FAULTS, TimeoutError):
                async with asyncio.timeout(ANSWER_TIMEOUT):
                    await channel.close()

    async def _consume(self) -> None:
        consuming = await self._channel.basic_consume(self._queue, self._on_message)
        self._consumer_tag = consuming.consumer_tag or ""

    async def _on_message(self, message: DeliveredMessage) -> None:
        self._messages.append(message)
        self._something_happened.set()

    @property
    def is_open(self) -> bool:
        """Whether what was delivered can be acknowledged."""
        return not self._channel.is_closed

    @property
    def is_consuming(self) -> bool:
        """Whether the broker sends what comes: what the channel knows, not what we were told."""
        return self.is_open and self._consumer_tag in self._channel.consumers

    async def next_batch(
        self, max_batch: int, max_bytes: int, max_wait: float
    ) -> list[DeliveredMessage]:
        """Up to `max_batch` messages, the first awaited for ever, the others `max_wait` seconds.

        Their bodies have `max_bytes` together at most, unless a single one has more. Empty when no more
        will come and all that came was returned, or can no longer be acknowledged.
        """
        while not self._messages and self.is_consuming:
            self._something_happened.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(WATCH_INTERVAL):
                    await self._something_happened.wait()
        if len(self._messages) < max_batch and self.is_consuming:
            await asyncio.sleep(max_wait)
        if not self.is_open:
            return []
        return self._take(max_batch, max_bytes)

    def _take(self, max_batch: int, max_bytes: int) -> list[DeliveredMessage]:
        batch: list[DeliveredMessage] = []
        size = 0
        while self._messages and len(batch) < max_batch:
            size += len(self._messages[0].body)
            if batch and size > max_bytes:
                break
            batch.append(self._messages.popleft())
        return batch

    async def acknowledge(self, last: DeliveredMessage) -> None:
        """Acknowledge `last` and all messages before it; raises if their channel has ended."""
        async with asyncio.timeout(ANSWER_TIMEOUT):
            await self._channel.basic_ack(last.delivery_tag or 0, multiple=True)

    async def cancel(self) -> None:
        """Ask for no more messages; those that have come may still be acknowledged."""
        with suppress(*BROKER_FAULTS, TimeoutError):
            async with asyncio.timeout(CANCEL_TIMEOUT):
                await self._channel.basic_cancel(self._consumer_tag)
        self._consumer_tag = ""
        self._something_happened.set()
