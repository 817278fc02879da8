"""Background tasks that run as long as the service does, and start again after a failure."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

FIRST_DELAY = 0.2  # seconds
LONGEST_DELAY = 5.0
CANCEL_AGAIN = 1.0

log = structlog.get_logger()


class Backoff:
    """Exponential delays with full jitter, from `first` up to `longest` seconds."""

    def __init__(self, first: float = FIRST_DELAY, longest: float = LONGEST_DELAY) -> None:
        self._first = first
        self._longest = longest
        self._ceiling = first

    def reset(self) -> None:
        self._ceiling = self._first

    def next_delay(self) -> float:
        delay = random.uniform(self._ceiling / 2, self._ceiling)  # noqa: S311 — jitter, not a secret
        self._ceiling = min(self._ceiling * 2, self._longest)
        return delay

    async def wait(self) -> None:
        await asyncio.sleep(self.next_delay())


def is_cancelled() -> bool:
    """Whether somebody asked for the CancelledError that was caught.

    aio-pika ends what waits on a connection that got stuck with one that nobody asked for.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def retry_until_done(name: str, action: Callable[[], Awaitable[None]]) -> None:
    """Run `action` until it succeeds once."""
    backoff = Backoff()
    while True:
        try:
            await action()
        except Exception as error:  # noqa: BLE001 — whatever went wrong, it is tried again
            log.warning("will retry", task=name, error=type(error).__name__)
            await backoff.wait()
        else:
            return


async def keep_running(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    """Run `loop`, which is not meant to return, again and again, with back-off after a failure."""
    backoff = Backoff()
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await loop()
        except Exception:
            log.exception("background task failed, will restart", task=name)
        if asyncio.get_running_loop().time() - started > LONGEST_DELAY:
            backoff.reset()
        await backoff.wait()


def start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Run `work` beside the caller, who `end`s it. If it fails before, that is logged."""
    task = asyncio.create_task(work, name=getattr(work, "__qualname__", None))
    task.add_done_callback(_report_failure)
    return task


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Run `work` beside the body; it is cancelled, and waited for, when the body ends.

    If it fails before, that is logged. What must go on for ever is wrapped in `keep_running`.
    """
    task = start(work)
    try:
        yield task
    finally:
        await end(task)


def _report_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("background task died", task=task.get_name(), exc_info=error)


async def end(task: asyncio.Task[None]) -> None:
    """Cancel the task and wait until it is done.

    One cancellation is not enough: before Python 3.12 asyncio.wait_for, which the MongoDB driver
    uses, swallows a cancellation that comes at the moment its result does (python/cpython#86296).
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_AGAIN)
