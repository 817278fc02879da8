"""The connection to RabbitMQ: opened with the service, never in its way, reconnected for ever.

aio-pika's robust connection restores channels, consumers and declarations by itself, in an order
and at a time that its user cannot see. Here a plain connection is used until it is lost, then
thrown away with all its channels; who needs a channel opens a new one on the new connection.
Channels are those of aiormq, on which aio-pika is built: they acknowledge many deliveries at once
and say when the broker cancelled a consumer.
"""

import asyncio
import math
from collections.abc import Awaitable
from contextlib import suppress
from typing import Final, Self, TypeVar, cast

import aio_pika
import aiormq
import structlog
from aio_pika.connection import make_url
from aio_pika.exceptions import CONNECTION_EXCEPTIONS as BROKER_FAULTS

from chassis.background import Backoff
from chassis.topology import Topology

__all__ = ["BROKER_FAULTS", "NotConnected", "RabbitConnection", "bounded"]

T = TypeVar("T")

# All in seconds. A peer that vanished without a word is noticed after three heartbeats.
HEARTBEAT: Final = 10
CONNECT_TIMEOUT: Final = 5.0
OPEN_TIMEOUT: Final = 5.0
DECLARE_TIMEOUT: Final = 10.0
DECLARE_INTERVAL: Final = 1.0
CHECK_TIMEOUT: Final = 1.5
CLOSE_TIMEOUT: Final = 3.0

log = structlog.get_logger()


class NotConnected(ConnectionError):
    """There is no connection to the broker, or it has just been lost."""


async def bounded(action: Awaitable[T], seconds: float) -> T:
    """The result of `action`, or TimeoutError after `seconds` whatever `action` does.

    aiormq answers a cancellation by sending one more frame, and waits for its place in the write
    queue: behind a broker that reads nothing, `asyncio.timeout` would wait for ever. aiormq also
    ends what waits on a closed channel with a CancelledError nobody asked for, or with a bare
    Exception: NotConnected here.
    """
    task = asyncio.ensure_future(action)
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    finally:
        task.cancel()
    if not done:
        raise TimeoutError
    try:
        return task.result()
    except asyncio.CancelledError:
        raise NotConnected("the channel was closed") from None
    except Exception as error:
        if type(error) is Exception:
            raise NotConnected("the channel was closed") from error
        raise


class RabbitConnection:
    """`async with RabbitConnection(uri, name=..., topology=...)` goes on at once, broker or not.

    `name` is what the broker's operator sees. `topology` is declared on each new connection,
    before it counts as up.
    """

    def __init__(self, uri: str, *, name: str, topology: Topology | None = None) -> None:
        self._url = make_url(uri, heartbeat=HEARTBEAT)
        self._name = name
        self._topology = topology or Topology()
        self._connection: aiormq.abc.AbstractConnection | None = None
        self._control: aiormq.Channel | None = None
        self._control_lock = asyncio.Lock()
        self._declared_at = -math.inf
        self._up = asyncio.Event()
        self._reported_down = False
        self._task: asyncio.Task[None] | None = None
        self.last_loss: BaseException | None = None
        """What ended the connection before this one."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_connected())
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    @property
    def is_up(self) -> bool:
        """Whether there is a connection, its topology declared. It may be dying unnoticed."""
        return self._up.is_set()

    async def wait_until_up(self) -> None:
        """Wait for ever, if need be."""
        await self._up.wait()

    async def check(self) -> str:
        """For `/ready`: "up" when the broker answers within 1.5 s, else raises."""
        await bounded(self._ping(), CHECK_TIMEOUT)
        return "up"

    async def open_channel(self, *, confirms: bool = False) -> aiormq.Channel:
        """A new channel, the caller's to close. With `confirms`, an unroutable publish raises.

        Raises NotConnected, or what the broker or the network did (BROKER_FAULTS).
        """
        if self._connection is None:
            raise NotConnected("no connection to RabbitMQ")
        opening = self._connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
        return cast("aiormq.Channel", await bounded(opening, OPEN_TIMEOUT))

    async def unblocked(self) -> None:
        """Wait while the broker, short of memory or disk, takes no messages."""
        if self._connection is not None:
            await self._connection.ready()

    async def declare(self) -> None:
        """Declare the topology again, unless that was done within the last second.

        For who finds a part of it missing: operators delete queues and bindings.
        """
        async with self._control_lock:
            now = asyncio.get_running_loop().time()
            if now - self._declared_at > DECLARE_INTERVAL:
                control = await self._open_control()
                await bounded(self._topology.declare(control), DECLARE_TIMEOUT)
                self._declared_at = now

    async def _ping(self) -> None:
        async with self._control_lock:
            control = await self._open_control()
            await control.flow(active=True)  # which it is: the broker merely answers

    async def _open_control(self) -> aiormq.Channel:
        if self._control is None or self._control.is_closed:
            self._control = await self.open_channel()
        return self._control

    async def _keep_connected(self) -> None:
        backoff = Backoff()
        while True:
            try:
                await self._live_once(backoff)
            except Exception as error:  # noqa: BLE001 — whatever went wrong, it is tried again
                self._report_down(error)
            await backoff.wait()

    async def _live_once(self, backoff: Backoff) -> None:
        connection = aio_pika.Connection(
            self._url, client_properties={"connection_name": self._name}
        )
        try:
            await bounded(connection.connect(), CONNECT_TIMEOUT)
            if connection.transport is None:
                raise NotConnected("lost while it was opened")
            self._connection = connection.transport.connection
            self._declared_at = -math.inf
            await self.declare()
            backoff.reset()
            await self._stay_up(self._connection.closing)
        finally:
            self._up.clear()
            self._connection = self._control = None
            with suppress(*BROKER_FAULTS):
                await bounded(connection.close(), CLOSE_TIMEOUT)

    async def _stay_up(self, lost: "asyncio.Future[None]") -> None:
        self._up.set()
        self._reported_down = False
        log.info("rabbitmq up", connection=self._name)
        await asyncio.wait({lost})
        self.last_loss = None if lost.cancelled() else lost.exception()
        self._report_down(self.last_loss)

    def _report_down(self, error: BaseException | None) -> None:
        emit = log.debug if self._reported_down else log.warning
        emit("rabbitmq down", connection=self._name, error=repr(error))
        self._reported_down = True
