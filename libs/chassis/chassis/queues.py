"""Looking at queues from outside."""

from collections.abc import Sequence

from chassis.rabbit import RabbitConnection


async def waiting_messages(connection: RabbitConnection, queues: Sequence[str]) -> list[float]:
    """How many messages of each queue wait, and have not been given to any consumer.

    Raises NotConnected, or what the broker or the network did.
    """
    async with await connection.open_channel() as channel:
        found = [await channel.declare_queue(queue, passive=True) for queue in queues]
    return [queue.declaration_result.message_count or 0 for queue in found]
