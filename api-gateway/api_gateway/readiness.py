"""What `/ready` of the gateway asks, at most once in a second."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from chassis.breaker import CircuitBreaker
from chassis.health import Check, Checks
from chassis.redis import RedisClient

from api_gateway.upstreams import Upstreams

REMEMBERED_SECONDS: Final = 1.0


def readiness(redis: RedisClient, breaker: CircuitBreaker, upstreams: Upstreams) -> Checks:
    """Redis and the services; the breaker and Redis' policy of eviction are shown and do not count."""

    async def breaker_state() -> str:
        # An open breaker closes only with traffic, which a gateway called unready would not get.
        return breaker.state

    required: dict[str, Check] = {"redis": RememberedCheck(redis.check)}
    for service, upstream in upstreams.items():
        required[service] = RememberedCheck(upstream.check)
    shown: dict[str, Check] = {
        "breaker": breaker_state,
        "eviction": RememberedCheck(redis.eviction),
    }
    return Checks(required, optional=shown)


class RememberedCheck:
    """Gives the word of `check` again for `REMEMBERED_SECONDS`; "down" where it raised.

    No limit holds for `/ready`, which takes time in five processes when it is asked in earnest.
    """

    def __init__(self, check: Check, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._check = check
        self._clock = clock
        self._lock = asyncio.Lock()
        self._word = ""
        self._stale_at = float("-inf")

    async def __call__(self) -> str:
        """Raises what `check` raises."""
        async with self._lock:  # one asks, and the others wait for its word
            if self._clock() >= self._stale_at:
                self._word = "down"
                try:
                    self._word = await self._check()
                finally:
                    self._stale_at = self._clock() + REMEMBERED_SECONDS
            return self._word
