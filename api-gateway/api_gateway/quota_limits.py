"""Policies: how many requests of one account may pass in a window, and what is left of that.

All are counted by the generic cell rate algorithm (GCRA). Of a policy of `limit` requests in
`window` seconds one request comes back after each interval, `window / limit`. Kept is how far an
account is ahead of that pace. An account that was idle may use the whole limit at once, and then
goes on at the pace: so in no window do more than twice the limit pass.

The response fields are those of draft-ietf-httpapi-ratelimit-headers-11.
"""

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

SECOND: Final = 1_000_000  # microseconds, the unit of all times in here
MOST: Final = 10_000_000
"""The largest limit: of more in the shortest window, intervals would be below a microsecond."""


class Policy(NamedTuple):
    """At most `limit` requests in `window` seconds; a limit of 0 is none."""

    name: str
    limit: int
    window: int

    @property
    def interval(self) -> int:
        """Microseconds after which one more request may pass; 0 where there is no limit."""
        return -(-self.window * SECOND // self.limit) if self.limit else 0


class Left(NamedTuple):
    """What is left of a policy; times in whole seconds, rounded up.

    One more request comes back after `next_in`, all of them after `all_in`; both are 0 when
    nothing is used.
    """

    policy: Policy
    remaining: int
    next_in: int
    all_in: int


class Limits:
    """Policies that count the same requests. What does not depend on the request is made here, once."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.policies = tuple(policies)
        self.intervals = tuple(policy.interval for policy in policies)
        # How far ahead of the pace an account may be for one more request to pass.
        self.tolerances = tuple(policy.interval * (policy.limit - 1) for policy in policies)
        self.limited = any(self.intervals)
        numbers = [
            number for pair in zip(self.intervals, self.tolerances, strict=True) for number in pair
        ]
        self._packed = {
            cost: struct.pack(f"<{1 + len(numbers)}d", cost, *numbers) for cost in (0, 1)
        }
        self.policy_field = ", ".join(
            f'"{policy.name}";q={policy.limit};w={policy.window}'
            for policy in policies
            if policy.limit
        ).encode()

    def packed(self, cost: int) -> bytes:
        """For the script in Redis: the cost, then the interval and the tolerance of each policy."""
        return self._packed[cost]

    def left(self, ahead: Sequence[int]) -> list[Left]:
        """What is left of each policy that limits, for an account that is so far ahead."""
        return [
            _left(policy, interval, spent)
            for policy, interval, spent in zip(self.policies, self.intervals, ahead, strict=True)
            if interval
        ]

    def exceeded(self, ahead: Sequence[int]) -> list[tuple[Policy, int]]:
        """The policies that let no request pass now, each with the seconds until it does."""
        return [
            (policy, _seconds(spent - tolerance))
            for policy, tolerance, spent in zip(self.policies, self.tolerances, ahead, strict=True)
            if policy.limit and spent > tolerance
        ]


def _left(policy: Policy, interval: int, spent: int) -> Left:
    used = -(-spent // interval)
    remaining = max(0, policy.limit - used)
    # The next one comes back when the account is ahead by that of one request less.
    next_in = spent - interval * (policy.limit - remaining - 1) if spent else 0
    return Left(policy, remaining, _seconds(next_in), _seconds(spent))


def _seconds(microseconds: int) -> int:
    return -(-microseconds // SECOND)
