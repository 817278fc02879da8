"""How many requests one client may send in a minute."""

import math
import time
from collections.abc import Callable
from typing import Final

from chassis.client_network import client_network
from chassis.errors import TooManyRequests

from api_gateway.metrics import QUOTA_REFUSALS

WINDOW: Final = 60.0  # seconds
MAX_CLIENTS: Final = 65_536  # in each of the two windows

_REFUSALS: Final = QUOTA_REFUSALS.labels("address")


class RateLimit:
    """A sliding window of one minute, out of the counts of the current minute and the one before.

    The minute before counts by the share of it that the window still covers. When more clients
    turn up in a minute than are remembered, that minute ends early: memory stays bounded, and some
    clients may send a few requests more.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._clock = clock
        self._began = clock()
        self._current: dict[str, int] = {}
        self._previous: dict[str, int] = {}

    def count(self, client_ip: str) -> None:
        """Count one request; past the limit TooManyRequests, and the request is not counted."""
        if not self._limit:
            return
        client = client_network(client_ip)
        elapsed = self._elapsed()
        current = self._current.get(client, 0)
        previous = self._previous.get(client, 0)
        if previous * (1 - elapsed / WINDOW) + current >= self._limit:
            wait = self._seconds_until_room(previous, current, elapsed)
            _REFUSALS.inc()
            raise TooManyRequests("Too many requests, try again later", retry_after=wait)
        self._current[client] = current + 1
        if len(self._current) > MAX_CLIENTS:
            self._begin_minute(self._clock(), self._current)

    def _elapsed(self) -> float:
        """Seconds since the current minute began."""
        now = self._clock()
        elapsed = now - self._began
        if elapsed >= WINDOW:
            previous = self._current if elapsed < 2 * WINDOW else {}
            elapsed %= WINDOW
            self._begin_minute(now - elapsed, previous)
        return elapsed

    def _begin_minute(self, began: float, previous: dict[str, int]) -> None:
        self._previous, self._current, self._began = previous, {}, began

    def _seconds_until_room(self, previous: int, current: int, elapsed: float) -> int:
        """Whole seconds until the window has room for one more."""
        if current < self._limit:
            room_at = WINDOW * (1 - (self._limit - current) / previous)
        else:
            room_at = WINDOW + WINDOW * (1 - self._limit / current)
        return max(1, math.floor(room_at - elapsed) + 1)
