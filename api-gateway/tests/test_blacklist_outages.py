"""When the blacklist in a Redis that failed, or lost something, is believed again."""

import asyncio

from api_gateway.blacklist import Verdict
from chassis.redis import RedisClient, RedisError, open_redis
from contracts.blacklist import KEY
from devstack.redis import Redis as RedisStore
from devstack.servers import Server
from devstack.testing import eventually
from gateway_helpers.blacklist import Subject
from gateway_helpers.peers import Marker


async def test_whatever_removes_a_revocation_removes_the_mark(
    own_redis: Server[RedisStore],
) -> None:
    async with open_redis(own_redis.uri) as client, open_redis(own_redis.uri) as redis:
        subject, marker = Subject(client), Marker(redis)
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
    own_redis: Server[RedisStore],
) -> None:
    async with (
        open_redis(own_redis.uri) as client,
        open_redis(own_redis.uri) as redis,
    ):
        subject, marker = Subject(client), Marker(redis)
        await marker.mark()
        assert await subject.verdict() is Verdict.CLEAR
        await asyncio.to_thread(own_redis.kill)
        await asyncio.to_thread(own_redis.start)
        await eventually(lambda: _mark(redis))
        for _ in range(5):
            assert await subject.verdict() is Verdict.UNKNOWN
        await asyncio.sleep(0.002)  # a mark carries milliseconds
        await marker.mark()
        await subject.becomes(Verdict.CLEAR)


async def test_a_gateway_that_saw_no_failure_does_not_believe_a_restored_mark_either(
    own_redis: Server[RedisStore],
) -> None:
    async with (
        open_redis(own_redis.uri) as client,
        open_redis(own_redis.uri) as redis,
    ):
        await Marker(redis).mark()
        await asyncio.to_thread(own_redis.kill)
        await asyncio.to_thread(own_redis.start)
        await eventually(lambda: _mark(redis))
        assert await Subject(client).verdict() is Verdict.UNKNOWN


async def test_a_frozen_redis_opens_the_breaker_and_then_needs_a_newer_mark(
    own_redis: Server[RedisStore],
) -> None:
    async with (
        open_redis(own_redis.uri) as client,
        open_redis(own_redis.uri) as redis,
    ):
        subject, marker = Subject(client, reset_timeout=0.2), Marker(redis)
        await marker.mark()
        assert await subject.verdict() is Verdict.CLEAR
        # A renewal that the gateway has not seen, from before the trouble.
        await asyncio.sleep(0.002)
        await marker.mark()
        own_redis.freeze()
        for _ in range(3):
            assert await subject.verdict() is Verdict.UNKNOWN
        assert subject.breaker.state == "open"
        own_redis.thaw()
        await eventually(lambda: _closed(subject))
        assert await subject.verdict() is Verdict.UNKNOWN
        await asyncio.sleep(0.002)
        await marker.mark()
        assert await subject.verdict() is Verdict.CLEAR


async def _mark(redis: RedisClient) -> bool:
    try:
        return bool(await redis.commands.exists(KEY))
    except RedisError:
        return False  # the connection to the process that was killed


async def _closed(subject: Subject) -> bool:
    await subject.verdict()
    return subject.breaker.state == "closed"
