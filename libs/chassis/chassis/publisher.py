"""Publishing with confirms: a message that the broker has not confirmed has failed."""

import asyncio
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity, DeliveryError, PublishError

from chassis.background import is_cancelled
from chassis.metrics import counter
from chassis.rabbit import RabbitConnection

PUBLISH_TIMEOUT: Final = 5.0  # seconds

_PUBLISHES: Final = counter(
    "rabbitmq_publishes_total",
    "Messages that the broker was given: those it confirmed, and the others.",
    "result",
    ("confirmed", "failed"),
)


class PublishFailed(Exception):
    """The broker has not confirmed the message: it may or may not have it, so send it again."""


class Publisher:
    """Publishes on one channel of its own, opened at the first message and after every loss.

    Any number of tasks may publish at once, each with a message id of its own: by the id alone the
    client knows a message that the broker returns. One that names an exchange which does not exist,
    or that the broker refuses, ends the channel, and what the others have in flight fails with it.
    """

    def __init__(self, connection: RabbitConnection) -> None:
        self._connection = connection
        self._channel: AbstractChannel | None = None
        self._opening = asyncio.Lock()

    async def publish(  # noqa: PLR0913  the fields of a message, all named by the caller
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        message_id: str | None,
        headers: Mapping[str, Any] | None = None,
        content_type: str = "application/json",
        timeout: float = PUBLISH_TIMEOUT,  # noqa: ASYNC109  callers' budgets differ
    ) -> None:
        """Return once the broker has put the message, persistently, into at least one queue.

        Raises PublishFailed within `timeout` seconds otherwise, at once when there is no
        connection; ValueError for a header or name that AMQP cannot carry.
        """
        if not self._connection.is_up:
            raise PublishFailed("not connected")
        message = Message(
            body,
            headers=dict(headers or {}),
            content_type=content_type,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=message_id,
        )
        try:
            with _counting():
                async with asyncio.timeout(timeout):
                    await self._publish(exchange, routing_key, message)
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            raise PublishFailed("the connection was lost") from None
        except (PublishError, ChannelNotFoundEntity) as error:
            raise PublishFailed(f"nothing takes {routing_key!r} from {exchange!r}") from error
        except DeliveryError as error:
            raise PublishFailed("the broker refused the message") from error
        except TimeoutError as error:
            raise PublishFailed(f"not confirmed within {timeout} s") from error
        except (TypeError, ValueError, OverflowError, struct.error) as error:
            raise ValueError(f"AMQP cannot carry this message: {error}") from error
        except Exception as error:  # a channel ends with any error, a bare Exception among them
            raise PublishFailed(f"the channel failed: {error!r}") from error

    async def _publish(self, exchange: str, routing_key: str, message: Message) -> None:
        channel = await self._open_channel()
        if transport := self._connection.robust.transport:
            await transport.ready()  # not while the broker, short of memory or disk, takes nothing
        target = channel.default_exchange
        if exchange:
            target = await channel.get_exchange(exchange, ensure=False)
        try:
            await target.publish(message, routing_key, mandatory=True)
        except PublishError:
            raise  # no queue takes it; the channel is as good as before
        except DeliveryError:
            # RabbitMQ 3.10 refuses everything on a channel whose first message came while a quorum
            # queue had lost its leader, as long as that node is away. A new channel is taken.
            await channel.close()
            raise

    async def _open_channel(self) -> AbstractChannel:
        async with self._opening:
            if self._channel is None or self._channel.is_closed:
                self._channel = await self._connection.open_channel(confirms=True)
        return self._channel


@contextmanager
def _counting() -> Iterator[None]:
    result = "failed"
    try:
        yield
        result = "confirmed"
    finally:
        _PUBLISHES.labels(result).inc()
