"""What the tests of parking share."""

from contextlib import aclosing
from typing import Any

from chassis.consumer import Delivery
from chassis.parked import peek, replay
from chassis.parked_message import ParkedMessage
from chassis.publisher import Publisher
from chassis.rabbit import RabbitConnection


def delivery(body: bytes = b"poison", headers: dict[str, Any] | None = None) -> Delivery:
    return Delivery(
        body=body,
        headers=headers or {},
        message_id="1",
        exchange="events",
        routing_key="Happened",
        delivery_tag=1,
        redelivered=False,
    )


async def look(connection: RabbitConnection, limit: int = 100) -> list[ParkedMessage]:
    """The first parked messages, which stay."""
    async with aclosing(peek(connection, "work.parked", limit=limit)) as messages:
        return [message async for message in messages]


async def replayed(connection: RabbitConnection, to: str = "work", limit: int | None = None) -> int:
    """How many parked messages were moved to the queue `to`."""
    moving = replay(connection, Publisher(connection), "work.parked", to=to, limit=limit)
    async with aclosing(moving) as messages:
        return len([message async for message in messages])
