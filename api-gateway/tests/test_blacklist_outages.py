"""When the blacklist in a Redis that failed, or lost something, is believed again."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from api_gateway.blacklist import Verdict
from chassis.redis import RedisClient, RedisError, open_redis
from contracts.blacklist import KEY
from devstack.redis import Redis as RedisStore
from devstack.servers import Server
from devstack.testing import eventually
from gateway_helpers.blacklist import Subject
from gateway_helpers.peers import Marker


@pytest.fixture
async def subject(own_redis: Server[RedisStore]) -> AsyncIterator[Subject]:
    async with open_redis(own_redis.uri) as client:
        yield Subject(client, call_timeout=1, reset_timeout=0.2)


@pytest.fixture
async def redis(own_redis: Server[RedisStore]) -> AsyncIterator[RedisClient]:
    """Another connection to the same Redis."""
    async with open_redis(own_redis.uri) as client:
        yield client


@pytest.fixture
def marker(redis: RedisClient) -> Marker:
    return Marker(redis)


async def restart(own_redis: Server[RedisStore], redis: RedisClient) -> None:
    """Kill Redis, and wait until a new process of it has the same data."""
    await asyncio.to_thread(own_redis.kill)
    await asyncio.to_thread(own_redis.start)
    await eventually(lambda: _mark(redis))


async def test_whatever_removes_a_revocation_removes_the_mark(
    subject: Subject, marker: Marker, redis: RedisClient
) -> None:
    await marker.mark()
    await marker.revoke("sid-1")
    assert await subject.verdict() is Verdict.REVOKED
    await fill_until_evicted(redis)
    assert await subject.verdict() is Verdict.UNKNOWN


async def fill_until_evicted(redis: RedisClient) -> None:
    """Let Redis drop keys, as a cache does, until our key is one of them."""
    used = (await redis.commands.info("memory"))["used_memory"]
    await redis.commands.config_set("maxmemory-policy", "allkeys-random")
    await redis.commands.config_set("maxmemory", used + 200_000)
    try:
        for number in range(100_000):
            await redis.commands.set(f"cache-{number}", "x" * 10_000)
            if not await redis.commands.exists(KEY):
                return
        raise AssertionError("never evicted")
    finally:
        await redis.commands.config_set("maxmemory", 0)
        await redis.commands.config_set("maxmemory-policy", "noeviction")


async def test_after_a_restart_with_its_data_the_old_mark_is_void(
    own_redis: Server[RedisStore], subject: Subject, marker: Marker, redis: RedisClient
) -> None:
    await marker.mark()
    assert await subject.verdict() is Verdict.CLEAR
    await restart(own_redis, redis)
    for _ in range(5):
        assert await subject.verdict() is Verdict.UNKNOWN
    await marker.mark(renewed_at=time.time() + 1)
    await subject.becomes(Verdict.CLEAR)


async def test_a_gateway_that_saw_no_failure_does_not_believe_a_restored_mark_either(
    own_redis: Server[RedisStore], subject: Subject, marker: Marker, redis: RedisClient
) -> None:
    await marker.mark()
    await restart(own_redis, redis)
    assert await subject.verdict() is Verdict.UNKNOWN


async def test_a_frozen_redis_opens_the_breaker_and_then_needs_a_newer_mark(
    own_redis: Server[RedisStore], subject: Subject, marker: Marker
) -> None:
    await marker.mark()
    assert await subject.verdict() is Verdict.CLEAR
    # A renewal that the gateway has not seen, a second before the trouble.
    await marker.mark(renewed_at=time.time() + 1)
    subject.ahead = 2.0
    own_redis.freeze()
    for _ in range(3):
        assert await subject.verdict() is Verdict.UNKNOWN
    assert subject.breaker.state == "open"
    own_redis.thaw()
    await eventually(lambda: _closed(subject))
    assert await subject.verdict() is Verdict.UNKNOWN
    await marker.mark(renewed_at=time.time() + 3)
    await subject.becomes(Verdict.CLEAR)


async def _mark(redis: RedisClient) -> bool:
    try:
        return bool(await redis.commands.exists(KEY))
    except RedisError:
        return False  # the connection to the process that was killed


async def _closed(subject: Subject) -> bool:
    await subject.verdict()
    return subject.breaker.state == "closed"
