"""bcrypt in threads, so that the event loop never waits for it, with a bounded queue."""

import asyncio
import math
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, Self, TypeVar

import bcrypt
from chassis.errors import Unavailable
from prometheus_client import Counter, Gauge

T = TypeVar("T")

MAX_WAITING: Final = 128
_NICENESS: Final = 5
_SMOOTHING: Final = 0.2  # the weight of the newest duration in the moving average


_PENDING: Final = Gauge(
    "password_queue_length", "Passwords that are being hashed or compared, or wait for it."
)
_REFUSED: Final = Counter("passwords_refused_total", "Passwords that met a full queue and got 503.")


class PasswordHasher:
    """Hashes and verifies, at most one password per processor at a time.

    Past `max_waiting` passwords in the queue it refuses with Unavailable. A caller that is
    cancelled takes its password out of the queue. `rounds` is bcrypt's cost, a power of two.
    """

    def __init__(
        self, rounds: int, *, workers: int | None = None, max_waiting: int = MAX_WAITING
    ) -> None:
        self._rounds = rounds
        self._workers = workers or os.cpu_count() or 1
        self._max_pending = self._workers + max_waiting
        self._pending = 0
        self._seconds_each = 0.1
        self._threads = ThreadPoolExecutor(
            self._workers, thread_name_prefix="bcrypt", initializer=_yield_to_the_event_loop
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    @property
    def pending(self) -> int:
        """How many passwords are being worked on or waiting."""
        return self._pending

    async def hash(self, password: str) -> str:
        """A new salted hash. Raises Unavailable when the queue is full."""
        return await self._in_thread(partial(self._hash, password.encode()))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is the hashed one; False, after the same work, for no hash.

        Raises Unavailable when the queue is full.
        """
        against = password_hash.encode() if password_hash else self._nobodys_hash()
        return await self._in_thread(partial(bcrypt.checkpw, password.encode(), against))

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made at another cost than the configured one."""
        return int(password_hash.split("$")[2]) != self._rounds

    def _hash(self, password: bytes) -> str:
        return bcrypt.hashpw(password, bcrypt.gensalt(self._rounds)).decode()

    def _nobodys_hash(self) -> bytes:
        return bcrypt.gensalt(self._rounds) + b"." * 31  # the form of a hash, made without the work

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._pending >= self._max_pending:
            _REFUSED.inc()
            wait = self._pending * self._seconds_each / self._workers
            raise Unavailable(retry_after=max(1, math.ceil(wait)))
        future = asyncio.wrap_future(self._threads.submit(self._timed, work))
        self._pending += 1
        _PENDING.inc()
        future.add_done_callback(self._forget)
        return await future

    def _forget(self, _future: asyncio.Future[T]) -> None:
        self._pending -= 1
        _PENDING.dec()

    def _timed(self, work: Callable[[], T]) -> T:
        started = time.monotonic()
        try:
            return work()
        finally:
            self._seconds_each += _SMOOTHING * (time.monotonic() - started - self._seconds_each)


def _yield_to_the_event_loop() -> None:
    """Lower this thread's priority: with all processors hashing, requests still come first."""
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own to set
        thread = threading.get_native_id()
        # From what the process was started with: only root may raise a priority (setpriority(2)).
        niceness = os.getpriority(os.PRIO_PROCESS, thread) + _NICENESS
        os.setpriority(os.PRIO_PROCESS, thread, niceness)
