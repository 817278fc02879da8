"""Parked messages: those that no retry can help, kept for a person to look at and to replay."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final

import aiormq
from aiormq.abc import DeliveredMessage

from chassis.parked_message import (
    ORIGINAL_EXCHANGE,
    ORIGINAL_ROUTING_KEY,
    PARKED_AT,
    REASON,
    ParkedMessage,
    kept_headers,
    origin_of,
    parked_from,
)
from chassis.publisher import PUBLISH_TIMEOUT, Publisher
from chassis.rabbit import BROKER_FAULTS, RabbitConnection, bounded
from chassis.subscription import Delivery

ANSWER_TIMEOUT: Final = 5.0  # seconds
RETURN_TIMEOUT: Final = 2.0
# Beyond 32 that the quorum queue has not confirmed, the broker collects them and loses their order.
RETURNED_AT_ONCE: Final = 16
_LONGEST_REASON: Final = 500


async def park(
    publisher: Publisher,
    queue: str,
    delivery: Delivery,
    reason: str,
    *,
    timeout: float = PUBLISH_TIMEOUT,  # noqa: ASYNC109  callers' budgets differ
) -> None:
    """Put `delivery` on the parked queue `queue`, and return when the broker has it.

    Its consumer then acknowledges it. Raises PublishFailed when it is not safely parked: a passing
    fault, which a handler lets through so that the batch is held and tried again.
    """
    exchange, routing_key = origin_of(delivery)
    own = {
        REASON: reason[:_LONGEST_REASON].encode(errors="replace").decode(),
        PARKED_AT: datetime.now(UTC).isoformat(timespec="milliseconds"),
        ORIGINAL_EXCHANGE: exchange,
        ORIGINAL_ROUTING_KEY: routing_key,
    }
    await _send(publisher, queue, delivery, own, timeout)


async def peek(
    connection: RabbitConnection, queue: str, *, limit: int = 100
) -> AsyncGenerator[ParkedMessage, None]:
    """The first `limit` messages on the parked queue, in the order of parking. All of them stay.

    Until the iterator is closed (`contextlib.aclosing`) nobody else can read them. A quorum queue
    puts what is given back behind what was given back before, so that the order is kept by taking
    the whole queue, whatever `limit` is: what was read goes behind the rest when the iterator is
    closed before its end, and so does what `replay` could not move. A message whose properties
    aiormq cannot decode ends it with a fault: look at that with the broker's tools.
    """
    taken: list[int] = []
    try:
        async with _channel(connection) as channel:
            for number in range(await _count(channel, queue)):
                message = await _get(channel, queue)
                if message is None:
                    break
                taken.append(message.delivery_tag or 0)
                if number < limit:
                    yield parked_from(message)
            await _give_back(channel, queue, taken)
    finally:
        await _wait_until_returned(connection, queue, len(taken))


async def replay(
    connection: RabbitConnection,
    publisher: Publisher,
    queue: str,
    *,
    to: str,
    limit: int | None = None,
) -> AsyncGenerator[ParkedMessage, None]:
    """Move the messages that are on the parked queue now to the queue `to`, yielding each once moved.

    In the order of `peek`, at most `limit` of them. Each leaves when the other queue has confirmed it.
    What is parked again meanwhile is not taken a second time. Raises PublishFailed as soon as one
    cannot be moved; it and the rest stay.
    """
    async with _channel(connection) as channel:
        present = await _count(channel, queue)
        for _ in range(present if limit is None else min(limit, present)):
            message = await _get(channel, queue)
            if message is None:
                return
            parked = parked_from(message)
            own = {ORIGINAL_EXCHANGE: parked.exchange, ORIGINAL_ROUTING_KEY: parked.routing_key}
            await _send(publisher, to, parked, own, PUBLISH_TIMEOUT)
            await bounded(channel.basic_ack(message.delivery_tag or 0), ANSWER_TIMEOUT)
            yield parked


async def _send(
    publisher: Publisher,
    queue: str,
    message: Delivery | ParkedMessage,
    own: Mapping[str, str],
    timeout: float,  # noqa: ASYNC109  handed on
) -> None:
    async def publish(headers: Mapping[str, Any]) -> None:
        await publisher.publish(
            "",
            queue,
            message.body,
            message_id=message.message_id,
            headers={**headers, **own},
            content_type="application/octet-stream",
            timeout=timeout,
        )

    kept = kept_headers(message.headers)
    try:
        await publish(kept)
    except ValueError:  # pamqp decodes more than it encodes: bytes, large floats and decimals
        await publish({name: repr(value) for name, value in kept.items()})


@asynccontextmanager
async def _channel(connection: RabbitConnection) -> AsyncIterator[aiormq.Channel]:
    """A channel whose end gives back to the queue what was not acknowledged."""
    channel = await connection.open_channel()
    try:
        yield channel
    finally:
        with suppress(*BROKER_FAULTS):
            await bounded(channel.close(), ANSWER_TIMEOUT)


async def _give_back(channel: aiormq.Channel, queue: str, tags: Sequence[int]) -> None:
    """In this order, which the end of the channel would not keep."""
    with suppress(*BROKER_FAULTS):
        ready = await _count(channel, queue)
        for start in range(0, len(tags), RETURNED_AT_ONCE):
            some = tags[start : start + RETURNED_AT_ONCE]
            for tag in some:
                await bounded(channel.basic_nack(tag, requeue=True), ANSWER_TIMEOUT)
            ready += len(some)
            await _wait_until_ready(channel, queue, ready)


async def _wait_until_returned(connection: RabbitConnection, queue: str, count: int) -> None:
    """The broker takes messages back some time after it has closed their channel."""
    with suppress(*BROKER_FAULTS):
        async with _channel(connection) as channel:
            await _wait_until_ready(channel, queue, count)


async def _wait_until_ready(channel: aiormq.Channel, queue: str, count: int) -> None:
    async with asyncio.timeout(RETURN_TIMEOUT):
        while await _count(channel, queue) < count:  # noqa: ASYNC110 — the broker tells nobody
            await asyncio.sleep(0.005)


async def _count(channel: aiormq.Channel, queue: str) -> int:
    declared = await bounded(channel.queue_declare(queue, passive=True), ANSWER_TIMEOUT)
    return declared.message_count or 0


async def _get(channel: aiormq.Channel, queue: str) -> DeliveredMessage | None:
    message = await bounded(channel.basic_get(queue), ANSWER_TIMEOUT)
    return message if message.delivery_tag else None
