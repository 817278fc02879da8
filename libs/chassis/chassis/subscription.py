"""One consumer's stay on one channel: what was delivered there, and may be acknowledged only there."""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import aiormq
from aiormq.abc import DeliveredMessage

from chassis.rabbit import BROKER_FAULTS, bounded

ANSWER_TIMEOUT: Final = 5.0  # seconds
LEAVE_TIMEOUT: Final = 1.0
WATCH_INTERVAL: Final = 1.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as the broker handed it over. `redelivered`: perhaps not for the first time."""

    body: bytes
    headers: Mapping[str, Any]
    message_id: str | None
    exchange: str
    routing_key: str
    delivery_tag: int
    redelivered: bool


def delivery_from(message: DeliveredMessage) -> Delivery:
    properties = message.header.properties
    return Delivery(
        body=message.body,
        headers=properties.headers or {},
        message_id=properties.message_id,
        exchange=message.exchange or "",
        routing_key=message.routing_key or "",
        delivery_tag=message.delivery_tag or 0,
        redelivered=bool(message.redelivered),
    )


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Wait until `event` is set, at most `seconds`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


class Subscription:
    """Collects the deliveries of one channel. Once it has ended, another must take its place."""

    def __init__(self, channel: aiormq.Channel) -> None:
        self._channel = channel
        self._tag = ""
        self._buffer: deque[Delivery] = deque()
        self._news = asyncio.Event()
        self.ended = asyncio.Event()
        channel.closing.add_done_callback(lambda _: self._end())
        channel.on_consumer_cancel_callbacks.add(lambda _: self._end())

    async def start(self, queue: str, prefetch: int) -> None:
        """Consume, with at most `prefetch` deliveries waiting for their acknowledgement."""
        await bounded(self._channel.basic_qos(prefetch_count=prefetch), ANSWER_TIMEOUT)
        consuming = self._channel.basic_consume(queue, self._on_message)
        self._tag = (await bounded(consuming, ANSWER_TIMEOUT)).consumer_tag or ""

    @property
    def is_consuming(self) -> bool:
        """Whether deliveries can still come: what the channel knows, not what we were told."""
        return not self._channel.is_closed and self._tag in self._channel.consumers

    async def next_batch(self, max_batch: int, max_wait: float) -> list[Delivery]:
        """Up to `max_batch` deliveries, the first awaited for ever, the others `max_wait` seconds.

        Empty once the subscription has ended and all that came before was returned.
        """
        while not self._buffer and not self.ended.is_set():
            await wait_for(self._news, WATCH_INTERVAL)
            self._news.clear()
            if not self.is_consuming:
                self._end()
        if len(self._buffer) < max_batch and not self.ended.is_set():
            await asyncio.sleep(max_wait)
        return [self._buffer.popleft() for _ in range(min(max_batch, len(self._buffer)))]

    async def acknowledge(self, last: Delivery) -> None:
        """Acknowledge `last` and all deliveries before it; raises if their channel is no more."""
        await bounded(self._channel.basic_ack(last.delivery_tag, multiple=True), ANSWER_TIMEOUT)

    async def leave(self) -> None:
        """Ask for no further deliveries; those at hand may still be acknowledged."""
        with suppress(*BROKER_FAULTS):
            await bounded(self._channel.basic_cancel(self._tag), LEAVE_TIMEOUT)
        self._end()

    async def close(self) -> None:
        """Close the channel: the broker takes back what was not acknowledged."""
        with suppress(*BROKER_FAULTS):
            await bounded(self._channel.close(), LEAVE_TIMEOUT)
        self._end()

    async def _on_message(self, message: DeliveredMessage) -> None:
        self._buffer.append(delivery_from(message))
        self._news.set()

    def _end(self) -> None:
        self.ended.set()
        self._news.set()
