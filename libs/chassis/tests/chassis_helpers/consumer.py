"""What the tests of the consumer share."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from chassis.consumer import BatchConsumer, Handler
from chassis.dead_letters import DeadLetters
from chassis.publisher import Publisher
from chassis.rabbit import RabbitConnection

from chassis_helpers.broker import TOPOLOGY, Operator


class NotingHandler:
    """Notes the bodies that it gets, gives up those that begin with "dead", fails while told to."""

    def __init__(self) -> None:
        self.attempts: list[Sequence[bytes]] = []
        self.handled: list[Sequence[bytes]] = []
        self.failing = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, batch: Sequence[bytes]) -> Mapping[int, str]:
        self.attempts.append(batch)
        await self.gate.wait()
        if self.failing:
            raise ConnectionError("the database is away")
        self.handled.append(batch)
        return {place: "hopeless" for place, body in enumerate(batch) if body.startswith(b"dead")}

    @property
    def bodies(self) -> list[bytes]:
        return [body for batch in self.handled for body in batch]


async def send(operator: Operator, numbers: range) -> list[bytes]:
    """Put a message with each number as its body on the queue; returns the bodies."""
    bodies = [str(number).encode() for number in numbers]
    for body in bodies:
        await operator.send("work", body)
    return bodies


@asynccontextmanager
async def consuming(
    uri: str,
    handler: Handler,
    **bounds: Any,  # noqa: ANN401  the consumer's own
) -> AsyncIterator[BatchConsumer]:
    """A consumer of "work" on connections of its own."""
    async with (
        RabbitConnection(uri, name="test publisher") as publishing,
        RabbitConnection(uri, name="test consumer", topology=TOPOLOGY) as connection,
    ):
        dead_letters = DeadLetters(Publisher(publishing), "work.dead")
        async with BatchConsumer(connection, "work", handler, dead_letters, **bounds) as consumer:
            yield consumer


async def is_up(consumer: BatchConsumer) -> bool:
    return await consumer.check() == "up"
