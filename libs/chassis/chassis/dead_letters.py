"""Dead letters: messages that no retry can help, kept for a person to look at and to put back."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from aiormq.abc import DeliveredMessage

from chassis.publisher import Publisher, PublishFailed
from chassis.rabbit import RabbitConnection

ADD_TIMEOUT: Final = 1.5  # seconds
ANSWER_TIMEOUT: Final = 5.0
GIVEN_BACK_POLL: Final = 0.02
REASON: Final = "x-reason"
DEAD_SINCE: Final = "x-dead-since"
_LONGEST_REASON: Final = 500

log = structlog.get_logger()


class DeadLetters:
    """Adds to the queue `queue`, which is also the one to which the broker moves what is rejected."""

    def __init__(self, publisher: Publisher, queue: str) -> None:
        self._publisher = publisher
        self._queue = queue

    async def add_or_reject(
        self, dead: Collection[tuple[DeliveredMessage, str]]
    ) -> list[DeliveredMessage]:
        """Add each message with its reason, to be acknowledged then; returns those rejected instead.

        While the broker accepts no publish, the messages are rejected, and the broker moves them
        itself. Then nothing waits for the broker, and their reasons are in the log only.
        """
        rejected: list[DeliveredMessage] = []
        for message, reason in dead:
            message_id = message.header.properties.message_id
            log.warning("dead letter", reason=reason, messageId=message_id)
            if rejected or not await self._add(message, reason):  # one time-out is enough
                async with asyncio.timeout(ANSWER_TIMEOUT):
                    await message.channel.basic_reject(message.delivery_tag or 0, requeue=False)
                rejected.append(message)
        return rejected

    async def _add(self, message: DeliveredMessage, reason: str) -> bool:
        headers = {
            REASON: reason[:_LONGEST_REASON].encode(errors="replace").decode(),
            DEAD_SINCE: datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        try:
            await self._publisher.publish(
                "",
                self._queue,
                message.body,
                message_id=message.header.properties.message_id,
                headers=headers,
                timeout=ADD_TIMEOUT,
            )
        except (PublishFailed, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """`reason` is None if the broker moved it; `since` is ISO 8601, or whatever was there."""

    body: bytes
    message_id: str | None
    reason: str | None
    since: str

    @classmethod
    def of(cls, message: AbstractIncomingMessage) -> Self:
        headers: Any = message.headers
        reason, since = headers.get(REASON), headers.get(DEAD_SINCE)
        deaths = headers.get("x-death")
        if reason is None and isinstance(deaths, list) and deaths:
            since = deaths[0].get("time")
        return cls(message.body, message.message_id, reason and str(reason), str(since))


async def browse(
    connection: RabbitConnection, queue: str, *, limit: int
) -> tuple[int, list[DeadLetter]]:
    """How many dead letters there are, and at most `limit` of them. All of them stay.

    Their order may change. Nobody else can read those that are browsed at that moment.
    """
    async with await connection.open_channel() as channel:
        source, total = await _opened(channel, queue)
        messages = [message async for message in _take(source, min(limit, total))]
        if messages:
            await messages[-1].nack(multiple=True, requeue=True)
        # The broker counts them again some time later; not all of them, if somebody takes one.
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_TIMEOUT):
                while ((await source.declare()).message_count or 0) < total:  # noqa: ASYNC110 — nothing tells of it
                    await asyncio.sleep(GIVEN_BACK_POLL)
    return total, [DeadLetter.of(message) for message in messages]


async def put_back(
    connection: RabbitConnection, queue: str, *, to: str, limit: int | None = None
) -> AsyncIterator[int]:
    """Move the dead letters that are there now to the queue `to`; yields how many are moved so far.

    Each leaves when the other queue has confirmed it. Those that die again meanwhile are not taken
    a second time. Raises PublishFailed as soon as one cannot be moved; it and the rest stay.
    """
    publisher = Publisher(connection)
    async with await connection.open_channel() as channel:
        source, total = await _opened(channel, queue)
        number = 0
        async for message in _take(source, total if limit is None else min(limit, total)):
            await publisher.publish("", to, message.body, message_id=message.message_id)
            await message.ack()
            number += 1
            yield number


async def _opened(channel: AbstractChannel, queue: str) -> tuple[AbstractQueue, int]:
    """The queue, and how many messages it holds that nobody has."""
    source = await channel.declare_queue(queue, passive=True, timeout=ANSWER_TIMEOUT)
    return source, source.declaration_result.message_count or 0


async def _take(source: AbstractQueue, count: int) -> AsyncIterator[AbstractIncomingMessage]:
    for _ in range(count):
        message = await source.get(fail=False, timeout=ANSWER_TIMEOUT)
        if message is None:
            return
        yield message
