"""One request on the account of a user or of an address, and the counters of this process."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from cachetools import LRUCache
from chassis.errors import TooManyRequests

from api_gateway.headers import Headers
from api_gateway.metrics import QUOTA_REFUSALS
from api_gateway.quota_limits import SECOND, Left, Limits

MAX_ACCOUNTS: Final = 65_536  # of those that were counted last


class OverQuota(TooManyRequests):
    """A request over a limit."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many requests, try again later", retry_after=retry_after)


class LocalCounters:
    """Counts for this gateway alone, while Redis does not: the same algorithm, the whole limits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accounts: LRUCache[str, Sequence[tuple[int, int]]] = LRUCache(MAX_ACCOUNTS)

    def count(self, account: str, limits: Limits, cost: int) -> tuple[bool, list[int]]:
        """Whether the request may pass, and how far the account is ahead after it, per policy.

        What is kept of a policy is its interval, and the time at which the account is back at the
        pace. A changed limit changes the interval: then as many requests stay used as were, up to all.
        """
        now = int(self._clock() * SECOND)
        kept = self._accounts.get(account) or [(0, 0)] * len(limits.intervals)
        ahead = [
            _ahead(interval, tolerance, before, until - now)
            for interval, tolerance, (before, until) in zip(
                limits.intervals, limits.tolerances, kept, strict=True
            )
        ]
        passes = not limits.exceeded(ahead)
        if passes and cost:
            ahead = [
                spent + interval for spent, interval in zip(ahead, limits.intervals, strict=True)
            ]
            self._accounts[account] = [
                (interval, now + spent)
                for interval, spent in zip(limits.intervals, ahead, strict=True)
            ]
        return passes, ahead


def _ahead(interval: int, tolerance: int, before: int, ahead: int) -> int:
    if ahead <= 0 or not before:
        return 0
    if before == interval:
        return ahead
    return min(-(-ahead * interval // before), tolerance + interval)


class Count:
    """Counts one request; a cost of 0 only looks.

    Redis counts it together with the look at the blacklist, and `counted` is told. What Redis did
    not count, `complete` and `settle` count here.
    """

    __slots__ = ("_ahead", "_local", "_passes", "account", "cost", "limits")

    def __init__(self, account: str, limits: Limits, local: LocalCounters, cost: int = 1) -> None:
        self.account = account
        self.limits = limits
        self.cost = cost
        self._local = local
        self._ahead: Sequence[int] | None = None
        self._passes = True

    def counted(self, passes: bool, ahead: Sequence[int]) -> None:
        """What Redis says: microseconds ahead of the pace, for each policy."""
        self._passes = passes
        self._ahead = ahead

    def complete(self) -> None:
        """Count here what Redis did not."""
        if self._ahead is None and self.limits.limited:
            self._passes, self._ahead = self._local.count(self.account, self.limits, self.cost)

    def settle(self) -> None:
        """Raises OverQuota if the request may not pass."""
        self.complete()
        if self._ahead is not None and not self._passes:
            exceeded = self.limits.exceeded(self._ahead)
            for policy, _ in exceeded:
                QUOTA_REFUSALS.labels(policy.name).inc()
            raise OverQuota(max(seconds for _, seconds in exceeded))

    def left(self) -> list[Left]:
        """What is left of each policy, once the request is counted."""
        return self.limits.left(self._ahead) if self._ahead is not None else []

    def response_headers(self) -> Headers:
        """`RateLimit-Policy` and `RateLimit`; none before the request is counted.

        Of a refused request `RateLimit` names the policies that refuse: `Retry-After` should not be
        earlier than any `t` (draft-ietf-httpapi-ratelimit-headers-11, "Server Behavior").
        """
        left = self.left()
        if not self._passes:
            left = [one for one in left if not one.remaining]
        if not left:
            return []
        items = ", ".join(f'"{one.policy.name}";r={one.remaining};t={one.next_in}' for one in left)
        return [
            (b"ratelimit-policy", self.limits.policy_field),
            (b"ratelimit", items.encode()),
        ]


UNCOUNTED: Final = Count("", Limits(()), LocalCounters(), cost=0)
"""For a request that is on nobody's account."""
