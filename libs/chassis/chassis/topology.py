"""What has to exist on the broker, said as data and declared anew on every connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractQueue

# How often one message may come back before the broker makes it a dead letter. A message comes back
# when its consumer ends or loses the broker, never for a fault that the consumer waits out. So the
# limit is for a message that kills every consumer, and far above what restarts add up to.
DELIVERY_LIMIT: Final = 50

# Looking at dead letters counts as a delivery, and must never drop them. RabbitMQ 4 limits to 20
# what declares nothing; -1 means unlimited there but "drop at the first return" on 3.10.
NO_DELIVERY_LIMIT: Final = 1_000_000_000

# A consumer that waits for its database holds its deliveries for longer than the 30 minutes after
# which the broker closes its channel. RabbitMQ knows this argument since 3.12, 3.10 ignores it.
CONSUMER_TIMEOUT_MS: Final = 7 * 24 * 3600 * 1000


@dataclass(frozen=True)
class Binding:
    """Messages of `exchange` whose key matches `routing_key` go to the queue that has this."""

    exchange: str
    routing_key: str


@dataclass(frozen=True)
class Queue:
    """A durable queue. Its arguments cannot change once it exists."""

    name: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)
    bindings: Sequence[Binding] = ()


@dataclass(frozen=True)
class Topology:
    """Everything that one connection needs; `exchanges` names durable topic exchanges."""

    exchanges: Sequence[str] = ()
    queues: Sequence[Queue] = ()

    async def declare(self, channel: AbstractChannel) -> dict[str, AbstractQueue]:
        """Declare all of it, and return the queues by name.

        Raises ChannelPreconditionFailed when something exists with other arguments.
        """
        for exchange in self.exchanges:
            await channel.declare_exchange(exchange, ExchangeType.TOPIC, durable=True)
        queues: dict[str, AbstractQueue] = {}
        for queue in self.queues:
            declared = await channel.declare_queue(
                queue.name, durable=True, arguments=dict(queue.arguments)
            )
            for binding in queue.bindings:
                await declared.bind(binding.exchange, binding.routing_key)
            queues[queue.name] = declared
        return queues


def work_queue(name: str, *, dead_letters_to: str, bindings: Sequence[Binding] = ()) -> Queue:
    """A quorum queue whose hopeless messages the broker moves to the queue `dead_letters_to`.

    It moves them at least once: a message leaves this queue when the other has confirmed it.
    """
    arguments: dict[str, str | int] = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_letters_to,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # at-least-once demands it; there is no length limit
        "x-consumer-timeout": CONSUMER_TIMEOUT_MS,
    }
    return Queue(name, arguments, bindings)


def dead_letter_queue(name: str) -> Queue:
    """A quorum queue that keeps its messages until a person has dealt with them."""
    return Queue(name, {"x-queue-type": "quorum", "x-delivery-limit": NO_DELIVERY_LIMIT})
