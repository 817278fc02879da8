"""Consuming in batches, so that nothing is lost and nothing is given up for a passing fault."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, Self

import structlog
from aio_pika.exceptions import InvalidFrameError
from aiormq.abc import DeliveredMessage
from prometheus_client import Histogram

from chassis.background import Backoff, end, is_cancelled, start
from chassis.dead_letters import DeadLetters
from chassis.rabbit import RabbitConnection
from chassis.subscription import Subscription

__all__ = ["BatchConsumer", "Handler"]

Handler = Callable[[Sequence[bytes]], Awaitable[Mapping[int, str]]]
"""Gets the bodies of a batch; returns why no retry can help, for those places where none can."""

STOP_TIMEOUT: Final = 10.0  # seconds
# Of bodies: what a handler makes of them takes several times as much.
MAX_BATCH_BYTES: Final = 4_194_304

_BATCH: Final = Histogram(
    "rabbitmq_batch_messages",
    "Messages that the consumer handled at once.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200),
)

log = structlog.get_logger()


class BatchConsumer:
    """`async with BatchConsumer(connection, queue, handler, dead_letters)` consumes until its body ends.

    When `handler` returns, the whole batch is acknowledged at once, but for what it gives up, which
    becomes a dead letter. When it raises, whatever it raises, the same batch is handed to it again,
    with back-off, for ever: its messages stay unacknowledged, so none is counted against the
    queue's delivery limit, and no more than `prefetch` of them wait here. A handler must therefore
    limit its own waiting, and accept a message twice: what was handled and not yet acknowledged
    when the connection was lost is delivered again.

    Memory is bounded by the bodies of `prefetch` messages, for which the broker knows no limit in
    bytes, and by what the handler makes of `max_batch_bytes` of them. Two batches fit into `prefetch`,
    so that the next one is here when one is acknowledged. `max_wait` is in seconds.
    """

    def __init__(  # noqa: PLR0913  every bound has a default and is named by its caller
        self,
        connection: RabbitConnection,
        queue: str,
        handler: Handler,
        dead_letters: DeadLetters,
        *,
        prefetch: int = 200,
        max_batch: int = 100,
        max_batch_bytes: int = MAX_BATCH_BYTES,
        max_wait: float = 0.005,
    ) -> None:
        self._connection = connection
        self._queue = queue
        self._handler = handler
        self._dead_letters = dead_letters
        self._prefetch = prefetch
        self._max_batch = max_batch
        self._max_batch_bytes = max_batch_bytes
        self._max_wait = max_wait
        self._subscription: Subscription | None = None
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._to_take_singly = 0
        self.last_error: str | None = None
        """The type of what the handler raised last, None since it last succeeded."""

    async def __aenter__(self) -> Self:
        self._connection.robust.close_callbacks.add(self._on_connection_close)
        self._task = start(self._keep_consuming())
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Take no more, finish and acknowledge what is at hand, in at most ten seconds or so."""
        self._stopping.set()
        if self._task is not None:
            if self._subscription is not None and self._subscription.is_consuming:
                await self._subscription.cancel()
                await asyncio.wait({self._task}, timeout=STOP_TIMEOUT)
            await end(self._task)

    @property
    def is_consuming(self) -> bool:
        """Whether the broker sends us what comes."""
        subscription = self._subscription
        return self._connection.is_up and subscription is not None and subscription.is_consuming

    @property
    def is_paused(self) -> bool:
        """Whether a fault of the handler holds everything up."""
        return self.last_error is not None

    async def check(self) -> str:
        """For `/ready`."""
        if self.is_paused:
            return f"paused by {self.last_error}"
        return "up" if self.is_consuming else "not consuming"

    async def _keep_consuming(self) -> None:
        backoff = Backoff()
        while not self._stopping.is_set():
            await self._connection.wait_until_up()
            try:
                await self._consume()
                backoff.reset()
            except asyncio.CancelledError:
                if is_cancelled():
                    raise
                log.warning("consumer interrupted", queue=self._queue, error="connection stuck")
            except Exception as error:  # noqa: BLE001 — whatever went wrong, it is tried again
                log.warning("consumer interrupted", queue=self._queue, error=repr(error))
            await backoff.wait()

    async def _consume(self) -> None:
        """Until told to stop, until the channel ends, or until the prefetch count is to change."""
        prefetch = 1 if self._to_take_singly else self._prefetch
        opening = Subscription.open(self._connection, self._queue, prefetch=prefetch)
        try:
            async with opening as self._subscription:
                log.info("consuming", queue=self._queue, prefetch=prefetch)
                if not self._stopping.is_set():
                    await self._handle_messages(self._subscription, min(self._max_batch, prefetch))
        finally:
            self._subscription = None
            self.last_error = None

    async def _handle_messages(self, subscription: Subscription, max_batch: int) -> None:
        while batch := await subscription.next_batch(
            max_batch, self._max_batch_bytes, self._max_wait
        ):
            _BATCH.observe(len(batch))
            given_up = await self._handle(batch, subscription)
            if given_up is None:
                return  # the acknowledgement of a later batch would cover this one
            await self._settle(batch, given_up, subscription)
            if self._to_take_singly:
                self._to_take_singly -= 1
                if not self._to_take_singly:
                    return

    async def _handle(
        self, batch: Sequence[DeliveredMessage], subscription: Subscription
    ) -> Mapping[int, str] | None:
        """What the handler gave up; None if no more will come before it has taken the batch."""
        backoff = Backoff()
        bodies = [message.body for message in batch]
        while True:
            try:
                given_up = await self._handler(bodies)
            except Exception as error:  # noqa: BLE001 — any fault holds the batch, none loses it
                self._report_pause(error)
            else:
                self._report_resumption()
                return given_up
            with suppress(TimeoutError):
                async with asyncio.timeout(backoff.next_delay()):
                    await self._stopping.wait()
            if self._stopping.is_set() or not subscription.is_consuming:
                return None

    async def _settle(
        self,
        batch: Sequence[DeliveredMessage],
        given_up: Mapping[int, str],
        subscription: Subscription,
    ) -> None:
        """Raises if that cannot be done; with the end of the channel all are delivered again."""
        dead = [(batch[place], reason) for place, reason in given_up.items()]
        rejected = await self._dead_letters.add_or_reject(dead)
        kept = [message for message in batch if message not in rejected]
        if kept:
            await subscription.acknowledge(kept[-1])

    def _on_connection_close(self, _connection: object, error: BaseException | None) -> None:
        """After a message that breaks the connection, because aiormq cannot decode its properties.

        The broker hands it out again until its delivery limit makes it a dead letter. Taken one by
        one, the messages around it are not delivered, and counted, each time with it.
        """
        if isinstance(error, InvalidFrameError):
            log.error("a message cannot be decoded", queue=self._queue, error=str(error))
            self._to_take_singly = self._prefetch

    def _report_pause(self, error: Exception) -> None:
        if self.last_error is None:
            log.warning("consumer paused", queue=self._queue, error=type(error).__name__)
        self.last_error = type(error).__name__

    def _report_resumption(self) -> None:
        if self.last_error is not None:
            log.info("consumer resumed", queue=self._queue)
        self.last_error = None
