"""How many requests one address may send in a minute."""

import math
import time
from collections.abc import Callable
from typing import Final

from chassis.client_network import client_network
from chassis.errors import TooManyRequests

WINDOW: Final = 60.0  # seconds
MAX_ADDRESSES: Final = 65_536  # in each of the two windows


class RateLimit:
    """A sliding window of one minute, out of the counts of the current minute and the one before.

    The minute before counts by the share of it that the window still covers. A client that has an
    IPv6 network of its own (/64) counts as one address. When more addresses turn up in a minute
    than are remembered, that minute ends early: memory stays bounded, at the price of some leniency.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._clock = clock
        self._began = clock()
        self._current: dict[str, int] = {}
        self._previous: dict[str, int] = {}

    def count(self, address: str) -> None:
        """Count one request; TooManyRequests, and not counted, when the address is past its limit."""
        if not self._limit:
            return
        key = client_network(address)
        elapsed = self._elapsed()
        current = self._current.get(key, 0)
        previous = self._previous.get(key, 0)
        if previous * (1 - elapsed / WINDOW) + current >= self._limit:
            wait = self._wait(previous, current, elapsed)
            raise TooManyRequests("Too many requests, try again later", retry_after=wait)
        self._current[key] = current + 1
        if len(self._current) > MAX_ADDRESSES:
            self._turn(self._clock(), self._current)

    def _elapsed(self) -> float:
        now = self._clock()
        elapsed = now - self._began
        if elapsed >= WINDOW:
            self._turn(now - elapsed % WINDOW, self._current if elapsed < 2 * WINDOW else {})
            elapsed %= WINDOW
        return elapsed

    def _turn(self, began: float, previous: dict[str, int]) -> None:
        self._previous, self._current, self._began = previous, {}, began

    def _wait(self, previous: int, current: int, elapsed: float) -> int:
        """Whole seconds until the window has room for one more."""
        if current < self._limit:
            room_at = WINDOW * (1 - (self._limit - current) / previous)
        else:
            room_at = WINDOW + WINDOW * (1 - self._limit / current)
        return max(1, math.floor(room_at - elapsed) + 1)
