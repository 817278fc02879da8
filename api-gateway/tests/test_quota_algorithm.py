"""Counting by GCRA, here and in Redis, beside that of another library (throttled-py)."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

import pytest
import throttled
from api_gateway.plans import NAMES, READ, WINDOWS, WRITE, Plan
from api_gateway.quota_counts import Count, LocalCounters, OverQuota
from api_gateway.quota_limits import SECOND, Limits, Policy
from api_gateway.quota_script import QuotaScript
from chassis.redis import open_redis
from devstack.testing import examples
from gateway_helpers.clock import Clock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Limits whose intervals are whole eighths of a second: the library computes with floats.
LIMITS = {
    window: [limit for limit in range(1, 25) if Fraction(seconds * 8, limit).denominator == 1]
    for window, seconds in WINDOWS.items()
}
PLANS = st.fixed_dictionaries(
    {name: st.sampled_from(LIMITS[name.partition("-")[2]]) for name in NAMES}
)
EIGHTHS = st.one_of(st.just(0), st.integers(0, 80), st.integers(0, 8 * 90_000))
CALLS = st.lists(st.tuples(EIGHTHS, st.sampled_from([READ, WRITE])), max_size=60)


class Seen(NamedTuple):
    """What a counter says of one request: whether it passes, and of each policy what is left."""

    passes: bool
    remaining: Sequence[int]
    reset_after: Sequence[float]
    retry_after: float


class Library:
    """Throttled's counters of one user; a request counts if all of its kind's policies let it pass."""

    def __init__(self, plan: Mapping[str, int]) -> None:
        store = throttled.MemoryStore()
        self._policies = {
            name: throttled.Throttled(
                using=throttled.RateLimiterType.GCRA.value,
                quota=throttled.per_duration(timedelta(seconds=WINDOWS[window]), limit, limit),
                store=store,
            )
            for name, limit in plan.items()
            for window in [name.partition("-")[2]]
        }

    def count(self, kind: str) -> Seen:
        policies = {name: self._policies[name] for name in NAMES if name.startswith(kind)}
        states = [policy.peek(name) for name, policy in policies.items()]
        used_up = [
            name for name, state in zip(policies, states, strict=True) if not state.remaining
        ]
        # Those that refuse stay as they are; only by this way they say when to try again.
        waits = [policies[name].limit(name).state.retry_after for name in used_up]
        if not used_up:
            states = [policy.limit(name).state for name, policy in policies.items()]
        return Seen(
            not used_up,
            [state.remaining for state in states],
            [state.reset_after for state in states],
            max(waits, default=0),
        )


def seen(count: Count) -> Seen:
    try:
        count.settle()
        retry_after = 0
    except OverQuota as refused:
        retry_after = int(refused.headers["retry-after"])
    left = count.left()
    return Seen(
        not retry_after,
        [one.remaining for one in left],
        [one.all_in for one in left],
        retry_after,
    )


def up(seen: Seen) -> Seen:
    """In whole seconds, as clients are told."""
    whole = [-int(-seconds // 1) for seconds in seen.reset_after]
    return seen._replace(reset_after=whole, retry_after=-int(-seen.retry_after // 1))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The library's, too."""
    clock = Clock()
    monkeypatch.setattr("throttled.utils.now_mono_f", clock)
    return clock


@settings(
    max_examples=examples(60, 3000), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=PLANS, calls=CALLS)
def test_this_process_counts_call_by_call_as_the_library_does(
    clock: Clock, plan: dict[str, int], calls: list[tuple[int, str]]
) -> None:
    clock.now = 1e6
    ours, library, local = Plan("", plan), Library(plan), LocalCounters(clock)
    limits = {READ: ours.read, WRITE: ours.write}
    for eighths, kind in calls:
        clock.now += eighths / 8
        assert seen(Count(kind, limits[kind], local)) == up(library.count(kind))


@settings(
    max_examples=examples(25, 1000), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=PLANS, calls=CALLS)
async def test_redis_counts_call_by_call_as_the_library_does(
    clock: Clock, redis_uri: str, plan: dict[str, int], calls: list[tuple[int, str]]
) -> None:
    clock.now = 1e6
    ours, library, user = Plan("", plan), Library(plan), secrets.token_hex(4)
    limits = {READ: ours.read, WRITE: ours.write}
    async with open_redis(redis_uri) as redis:
        script = QuotaScript(redis, clock=lambda: int(clock.now * SECOND))
        for eighths, kind in calls:
            clock.now += eighths / 8
            count = Count(f"{user}:{kind}", limits[kind], never_local())
            await script.count("mark", [("", count)])
            assert seen(count) == up(library.count(kind))


def never_local() -> LocalCounters:
    def fail() -> float:
        raise AssertionError("counted here, not in Redis")

    return LocalCounters(fail)


@given(
    limit=st.integers(1, 500),
    window=st.sampled_from(list(WINDOWS.values())),
    pauses=st.lists(st.floats(0, 30), max_size=80),
)
def test_in_no_window_more_than_twice_the_limit_passes_and_retry_after_holds(
    limit: int, window: int, pauses: list[float]
) -> None:
    clock = Clock()
    limits, local = Limits([Policy("one", limit, window)]), LocalCounters(clock)
    passed: list[float] = []
    for pause in pauses:
        clock.now += pause
        refused = seen(Count("a", limits, local)).retry_after
        if refused:
            clock.now += refused
            assert seen(Count("a", limits, local)).passes
        passed.append(clock.now)
        assert len([moment for moment in passed if moment > clock.now - window]) <= 2 * limit


async def test_a_changed_limit_leaves_used_what_was_used(redis_uri: str) -> None:
    clock = Clock()
    few, many = (Limits([Policy("one", limit, 86_400)]) for limit in (3, 100))
    local = LocalCounters(clock)
    async with open_redis(redis_uri) as redis:
        script = QuotaScript(redis, clock=lambda: int(clock.now * SECOND))
        for limits, remaining in ((few, 2), (few, 1), (few, 0), (few, 0), (many, 96), (few, 0)):
            here, there = Count("a", limits, local), Count("a", limits, never_local())
            await script.count("mark", [("", there)])
            assert seen(here) == seen(there)
            assert seen(here).remaining == [remaining]


async def test_what_is_no_counter_in_redis_is_counted_over(redis_uri: str) -> None:
    async with open_redis(redis_uri) as redis:
        await redis.commands.lpush("quota:list", "x")
        await redis.commands.set("quota:text", "x")
        script = QuotaScript(redis)
        for account in ("list", "text"):
            count = Count(account, Limits([Policy("one", 3, 60)]), never_local())
            await script.count("mark", [("", count)])
            assert seen(count).remaining == [2]


async def test_a_redis_without_room_says_what_is_revoked_and_this_process_counts(
    redis_uri: str,
) -> None:
    limits, local = Limits([Policy("one", 2, 60)]), LocalCounters()
    async with open_redis(redis_uri) as redis:
        await redis.commands.zadd("blacklist:sessions", {"mark": 5, "gone": 7})
        await redis.commands.config_set("maxmemory", 1)
        try:
            for remaining in (1, 0):
                count = Count("a", limits, local)
                script = QuotaScript(redis)
                assert await script.count("mark", [("", count), ("gone", count)]) == [5, None, 7]
                assert seen(count).remaining == [remaining]
        finally:
            await redis.commands.config_set("maxmemory", 0)
