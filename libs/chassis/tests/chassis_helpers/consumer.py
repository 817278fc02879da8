"""What the tests of the consumer share."""

import asyncio

from chassis.consumer import BatchConsumer, Delivery

from chassis_helpers.broker import Operator


class Recorder:
    """A handler that notes what it gets, and fails while it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[Delivery]] = []
        self.failing = False
        self.attempts: list[list[Delivery]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, batch: list[Delivery]) -> None:
        self.attempts.append(batch)
        await self.gate.wait()
        if self.failing:
            raise ConnectionError("the database is away")
        self.batches.append(batch)

    @property
    def deliveries(self) -> list[Delivery]:
        return [delivery for batch in self.batches for delivery in batch]

    @property
    def ids(self) -> list[str | None]:
        return [delivery.message_id for delivery in self.deliveries]


async def send(operator: Operator, numbers: range) -> list[str]:
    """Put a message with each number as its id on the queue; returns the ids."""
    for number in numbers:
        await operator.send("work", b"{}", message_id=str(number))
    return [str(number) for number in numbers]


async def is_up(consumer: BatchConsumer) -> bool:
    return await consumer.check() == "up"
