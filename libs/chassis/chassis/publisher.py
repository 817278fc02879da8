"""Publishing so that silence is never taken for success."""

import asyncio
import struct
from collections.abc import Mapping
from typing import Any, Final

import aiormq
from aio_pika import DeliveryMode
from aio_pika.exceptions import ChannelNotFoundEntity, DeliveryError, PublishError
from aiormq import spec

from chassis.rabbit import RabbitConnection

PUBLISH_TIMEOUT: Final = 5.0  # seconds


class PublishFailed(Exception):
    """The broker has not confirmed the message: it may or may not have it, so send it again."""


class Publisher:
    """Publishes on one channel of its own, opened at the first message and after every loss.

    Any number of tasks may publish at once. One that names an exchange which does not exist makes
    the broker close the channel, and what the others have in flight fails with it.
    """

    def __init__(self, connection: RabbitConnection) -> None:
        self._connection = connection
        self._channel: aiormq.Channel | None = None
        self._opening = asyncio.Lock()
        self._in_flight: dict[str, asyncio.Future[None]] = {}

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
        properties = spec.Basic.Properties(
            content_type=content_type,
            headers=dict(headers or {}),
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=message_id,
        )
        try:
            async with asyncio.timeout(timeout):
                await self._publish_in_turn(exchange, routing_key, body, properties)
        except asyncio.CancelledError:
            # aiormq ends what waits on a channel that is closed with a cancellation nobody asked for
            task = asyncio.current_task()
            if task is not None and task.cancelling():
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
        except Exception as error:  # aiormq closes with any error, a bare Exception among them
            raise PublishFailed(f"the channel failed: {error!r}") from error

    async def _publish_in_turn(
        self, exchange: str, routing_key: str, body: bytes, properties: spec.Basic.Properties
    ) -> None:
        """One at a time for one message id, by which alone aiormq knows a returned message."""
        message_id = properties.message_id
        if message_id is None:
            await self._publish_now(exchange, routing_key, body, properties)
            return
        while earlier := self._in_flight.get(message_id):
            await asyncio.wait({earlier})
        ended = self._in_flight[message_id] = asyncio.get_running_loop().create_future()
        try:
            await self._publish_now(exchange, routing_key, body, properties)
        finally:
            del self._in_flight[message_id]
            ended.set_result(None)

    async def _publish_now(
        self, exchange: str, routing_key: str, body: bytes, properties: spec.Basic.Properties
    ) -> None:
        channel = await self._open_channel()
        await self._connection.unblocked()
        try:
            await channel.basic_publish(
                body,
                exchange=exchange,
                routing_key=routing_key,
                properties=properties,
                mandatory=True,
            )
        except (PublishError, ChannelNotFoundEntity):
            await self._connection.declare()
            raise

    async def _open_channel(self) -> aiormq.Channel:
        if self._channel is None or self._channel.is_closed:
            async with self._opening:
                if self._channel is None or self._channel.is_closed:
                    self._channel = await self._connection.open_channel(confirms=True)
        return self._channel
