"""Consuming in batches, so that nothing is lost and nothing is given up for a passing fault."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, Self

import structlog
from aio_pika.exceptions import InvalidFrameError

from chassis.background import Backoff, end
from chassis.rabbit import RabbitConnection
from chassis.subscription import Delivery, Subscription, wait_for

__all__ = ["BatchConsumer", "Delivery", "Handler"]

Handler = Callable[[list[Delivery]], Awaitable[None]]

STOP_TIMEOUT: Final = 10.0  # seconds

log = structlog.get_logger()


class BatchConsumer:
    """`async with BatchConsumer(connection, queue, handler)` consumes until the body ends.

    `handler` gets each batch; when it returns, the whole batch is acknowledged at once. When it
    raises, whatever it raises, the same batch is handed to it again, with back-off, for ever: its
    deliveries stay with us unacknowledged, so none is counted against the queue's delivery limit,
    and no more than `prefetch` pile up. A handler must therefore deal with a hopeless message by
    itself (`chassis.parked.park`), bound its own waiting, and bear to see a message again, since
    what was handled when the connection went is delivered once more.

    Memory is bounded by `prefetch` messages, whatever their size.
    """

    def __init__(  # noqa: PLR0913  every bound has a default and is named by its caller
        self,
        connection: RabbitConnection,
        queue: str,
        handler: Handler,
        *,
        prefetch: int = 500,
        max_batch: int = 200,
        max_wait: float = 0.005,
    ) -> None:
        self._connection = connection
        self._queue = queue
        self._handler = handler
        self._prefetch = prefetch
        self._max_batch = max_batch
        self._max_wait = max_wait
        self._stopping = asyncio.Event()
        self._subscription: Subscription | None = None
        self._task: asyncio.Task[None] | None = None
        self._known_loss: BaseException | None = None
        self._to_take_singly = 0
        self.last_error: str | None = None
        """The type of what the handler raised last, None since it last succeeded."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_consuming())
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Take no more, finish and acknowledge what is at hand, in at most ten seconds or so."""
        self._stopping.set()
        if self._subscription is not None:
            await self._subscription.leave()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=STOP_TIMEOUT)
            await end(self._task)

    @property
    def is_consuming(self) -> bool:
        """Whether the broker sends us what comes."""
        return self._subscription is not None and self._subscription.is_consuming

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
            await self._unless_stopped(self._connection.wait_until_up())
            self._learn_from_loss()
            try:
                await self._consume_once(backoff)
            except Exception as error:  # noqa: BLE001 — whatever went wrong, it is tried again
                log.warning("consumer interrupted", queue=self._queue, error=repr(error))
            await self._unless_stopped(backoff.wait())

    async def _consume_once(self, backoff: Backoff) -> None:
        prefetch = 1 if self._to_take_singly else self._prefetch
        subscription = Subscription(await self._connection.open_channel())
        self._subscription = subscription
        try:
            await self._connection.declare()
            await subscription.start(self._queue, prefetch)
            log.info("consuming", queue=self._queue, prefetch=prefetch)
            backoff.reset()
            if not self._stopping.is_set():
                await self._handle_deliveries(subscription, min(self._max_batch, prefetch))
        finally:
            self.last_error = None
            await subscription.close()

    async def _handle_deliveries(self, subscription: Subscription, max_batch: int) -> None:
        while batch := await subscription.next_batch(max_batch, self._max_wait):
            if not await self._handle(batch, subscription):
                return
            await subscription.acknowledge(batch[-1])
            if self._to_take_singly:
                self._to_take_singly -= 1
                if not self._to_take_singly:
                    return

    async def _handle(self, batch: list[Delivery], subscription: Subscription) -> bool:
        """Whether the handler took the batch before it was no longer ours to acknowledge."""
        backoff = Backoff()
        while True:
            try:
                await self._handler(batch)
            except Exception as error:  # noqa: BLE001 — any fault holds the batch, none loses it
                self._report_pause(error)
            else:
                self._report_resumption()
                return True
            await wait_for(subscription.ended, backoff.next_delay())
            if subscription.ended.is_set():
                return False

    def _learn_from_loss(self) -> None:
        """After a message that breaks the connection, because aiormq cannot decode its properties.

        The broker hands it out again until its delivery limit parks it. Taken one by one, the
        messages around it are not delivered, and counted, each time with it.
        """
        loss = self._connection.last_loss
        if loss is not self._known_loss and isinstance(loss, InvalidFrameError):
            self._to_take_singly = self._prefetch
            log.error("a message cannot be decoded", queue=self._queue, error=str(loss))
        self._known_loss = loss

    def _report_pause(self, error: Exception) -> None:
        if self.last_error is None:
            log.warning("consumer paused", queue=self._queue, error=type(error).__name__)
        self.last_error = type(error).__name__

    def _report_resumption(self) -> None:
        if self.last_error is not None:
            log.info("consumer resumed", queue=self._queue)
        self.last_error = None

    async def _unless_stopped(self, waiting: Coroutine[Any, Any, object]) -> None:
        tasks = {asyncio.create_task(waiting), asyncio.create_task(self._stopping.wait())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
