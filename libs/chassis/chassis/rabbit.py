"""The connection to RabbitMQ: aio-pika's robust connection, and the topology kept in place on it.

aio-pika connects again for ever. What an operator deletes on the broker is declared again here,
within seconds. Channels are plain ones, which end with their connection or for a fault of their own;
whoever uses one opens the next. For why they are not robust, see docs/decisions/0018.
"""

import asyncio
import itertools
import logging
import random
import time
from contextlib import suppress
from typing import Final, Self
from weakref import WeakKeyDictionary

import structlog
from aio_pika import Channel, RobustConnection
from aio_pika.abc import AbstractChannel
from aio_pika.connection import make_url
from aio_pika.exceptions import CONNECTION_EXCEPTIONS as BROKER_FAULTS

from chassis.background import end, is_cancelled, start
from chassis.logs import REMINDER_INTERVAL, Repetitions
from chassis.store_uris import uris_of_nodes
from chassis.topology import Topology

__all__ = ["BROKER_FAULTS", "NotConnected", "RabbitConnection"]

# All in seconds. A peer that vanished without closing is noticed after three heartbeats.
HEARTBEAT: Final = 10
CONNECT_TIMEOUT: Final = 5.0
RECONNECT_INTERVAL: Final = 0.5
ANSWER_TIMEOUT: Final = 5.0
DECLARE_INTERVAL: Final = 2.0
CHECK_TIMEOUT: Final = 1.0

log = structlog.get_logger()


class _Attempts(Repetitions):
    """aio-pika says why it cannot connect in its log alone, and there at each attempt."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: WeakKeyDictionary[RobustConnection, str] = WeakKeyDictionary()

    def filter(self, record: logging.LogRecord) -> bool:
        match record.args:
            case (RobustConnection() as connection, Exception() as error, *_):
                self.faults[connection] = repr(error)
        return super().filter(record)


_ATTEMPTS: Final = _Attempts()
logging.getLogger("aio_pika.robust_connection").addFilter(_ATTEMPTS)


class NotConnected(ConnectionError):
    """There is no connection to the broker, or it has just been lost."""


class RabbitConnection:
    """`async with RabbitConnection(uri, name=..., topology=...)` goes on at once, broker or not.

    Where `uri` names several nodes of a cluster, each attempt to connect goes to the next of them.
    `name` is what the broker's operator sees. A connection on which messages are published is not
    for consuming: the broker stops reading it while it is short of memory or disk.
    """

    def __init__(self, uri: str, *, name: str, topology: Topology | None = None) -> None:
        jitter = random.uniform(1, 2)  # noqa: S311 — not a secret: replicas should not come at once
        urls = [
            make_url(
                node,
                heartbeat=HEARTBEAT,
                fail_fast=False,
                reconnect_interval=RECONNECT_INTERVAL * jitter,
            )
            for node in uris_of_nodes(uri)
        ]
        random.shuffle(urls)  # so that replicas are spread over the nodes
        self._urls = itertools.cycle(urls)
        self.robust = RobustConnection(
            next(self._urls), client_properties={"connection_name": name}
        )
        self.topology = topology or Topology()
        self._log = log.bind(connection=name)
        self._up = asyncio.Event()
        self._lost = asyncio.Event()
        self._fault: str | None = "not connected yet"
        self._reported_at = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.robust.close_callbacks.add(self._on_close)
        self._task = start(self._keep_declared())
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._task is not None:
            await end(self._task)
        self.robust.close_callbacks.discard(self._on_close)
        with suppress(*BROKER_FAULTS, TimeoutError):
            async with asyncio.timeout(ANSWER_TIMEOUT):
                await self.robust.close()
        self._up.clear()

    @property
    def is_up(self) -> bool:
        """Whether the broker answered when it was last asked to declare the topology."""
        return self._up.is_set()

    async def wait_until_up(self) -> None:
        """Wait for ever, if need be."""
        await self._up.wait()

    async def check(self) -> str:
        """For `/ready`: "up", or raises if the broker does not answer within a second.

        The question has a channel of its own: a channel ends when one of its questions times out.
        """
        if not self.is_up:
            raise NotConnected(_ATTEMPTS.faults.get(self.robust, self._fault))
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                channel = await self._open_channel(confirms=False)
                await channel.close()
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            raise NotConnected("the connection was lost") from None
        return "up"

    async def open_channel(self, *, confirms: bool = False) -> AbstractChannel:
        """A new channel, the caller's to close.

        With `confirms`, an unroutable publish raises. Raises NotConnected, or what the broker or
        the network did (BROKER_FAULTS, TimeoutError).
        """
        if not self.is_up:
            raise NotConnected(self._fault)
        return await self._open_channel(confirms=confirms)

    async def _open_channel(self, *, confirms: bool) -> AbstractChannel:
        channel = Channel(self.robust, publisher_confirms=confirms, on_return_raises=confirms)
        async with asyncio.timeout(ANSWER_TIMEOUT):
            await channel.initialize()
        return channel

    async def _keep_declared(self) -> None:
        await self.robust.connect(timeout=CONNECT_TIMEOUT)
        while True:
            try:
                await self._declare_until_failure()
            except NotConnected:
                continue
            except asyncio.CancelledError as error:
                if is_cancelled():
                    raise
                self._report_down(error)
            except Exception as error:  # noqa: BLE001 — whatever went wrong, it is tried again
                self._report_down(error)
            await asyncio.sleep(RECONNECT_INTERVAL)

    async def _declare_until_failure(self) -> None:
        await self.robust.connected.wait()
        channel = await self._open_channel(confirms=False)
        try:
            while True:
                async with asyncio.timeout(ANSWER_TIMEOUT):
                    await self.topology.declare(channel)
                if not self.is_up:
                    self._log.info("rabbitmq up")
                    self._fault = None
                self._up.set()
                await self._wait_for_loss(DECLARE_INTERVAL)
        finally:
            with suppress(*BROKER_FAULTS, TimeoutError):
                async with asyncio.timeout(ANSWER_TIMEOUT):
                    await channel.close()

    async def _wait_for_loss(self, seconds: float) -> None:
        """Return after so many seconds; raises NotConnected as soon as the connection is lost."""
        self._lost.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._lost.wait()
                raise NotConnected(self._fault)

    def _on_close(self, _connection: object, error: BaseException | None) -> None:
        """After the loss of a connection, and after each attempt that failed."""
        self.robust.url = next(self._urls)  # aio-pika reads it at each attempt
        self._report_down(error)
        self._lost.set()

    def _report_down(self, error: BaseException | None) -> None:
        """Once for each fault and once a minute, not for each attempt."""
        self._up.clear()
        fault, now = repr(error), time.monotonic()
        if fault != self._fault or now >= self._reported_at + REMINDER_INTERVAL:
            self._log.warning("rabbitmq down", error=fault)
            self._reported_at = now
        self._fault = fault
