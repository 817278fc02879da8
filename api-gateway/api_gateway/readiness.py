"""What `/ready` of the gateway asks, at most once in a second."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from chassis.breaker import CircuitBreaker
from chassis.health import Check, Checks
from chassis.mongo import Database, check_mongo
from chassis.redis import RedisClient

from api_gateway.upstreams import Upstreams

REMEMBERED_SECONDS: Final = 1.0


def readiness(
    redis: RedisClient,
    breaker: CircuitBreaker,
    upstreams: Upstreams,
    plans_database: Database | None,
) -> Checks:
    """The services count. What the gateway can do without is shown: Redis, its breaker, the plans.

    Without Redis user-service says what is revoked, and each gateway counts for itself; without the
    database the last known plans hold. None is a database that is not needed (QUOTAS=off).
    """

    async def breaker_state() -> str:
        return breaker.state

    async def database() -> str:
        return "off" if plans_database is None else await check_mongo(plans_database)

    required: dict[str, Check] = {
        service: RememberedCheck(upstream.check) for service, upstream in upstreams.items()
    }
    shown: dict[str, Check] = {
        "redis": RememberedCheck(redis.check),
        "breaker": breaker_state,
        "eviction": RememberedCheck(redis.eviction),
        "gateway_db": RememberedCheck(database),
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
