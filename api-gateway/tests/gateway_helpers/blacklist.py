"""A gateway's blacklist, for a test that moves its clock."""

import time

from api_gateway.blacklist import Blacklist, Verdict
from chassis.breaker import CircuitBreaker
from chassis.redis import RedisClient
from devstack.testing import eventually


class Subject:
    """A blacklist whose clock the test sets."""

    def __init__(
        self, client: RedisClient, *, call_timeout: float = 60, reset_timeout: float = 0.05
    ) -> None:
        self.ahead = 0.0
        self.breaker = CircuitBreaker(
            "redis", call_timeout=call_timeout, reset_timeout=reset_timeout
        )
        self.blacklist = Blacklist(client, self.breaker, clock=lambda: time.time() + self.ahead)

    async def verdict(self) -> Verdict:
        return await self.blacklist.look_up("sid-1")

    async def becomes(self, verdict: Verdict) -> None:
        async def is_it() -> bool:
            return await self.verdict() is verdict

        await eventually(is_it)
