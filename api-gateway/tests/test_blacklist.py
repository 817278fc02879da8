"""When the blacklist in Redis is believed, and when it is not."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from api_gateway.blacklist import Blacklist, Verdict
from chassis.breaker import CircuitBreaker
from chassis.redis import RedisClient, RedisError, open_redis
from contracts.blacklist import FRESH_SECONDS, KEY
from devstack.redis import Redis as RedisStore
from devstack.servers import Server
from devstack.testing import eventually
from gateway_helpers.peers import Marker


class Subject:
    """A blacklist whose clock the test sets."""

    def __init__(self, client: RedisClient, *, reset_timeout: float = 0.05) -> None:
        self.ahead = 0.0
        self.breaker = CircuitBreaker("redis", call_timeout=0.3, reset_timeout=reset_timeout)
        self.blacklist = Blacklist(client, self.breaker, clock=lambda: time.time() + self.ahead)

    async def verdict(self) -> Verdict:
        return await self.blacklist.look_up("sid-1")

    async def becomes(self, verdict: Verdict) -> None:
        async def is_it() -> bool:
            return await self.verdict() is verdict

        await eventually(is_it)


@pytest.fixture
async def subject(redis_uri: str) -> AsyncIterator[Subject]:
    async with open_redis(redis_uri) as client:
        yield Subject(client)


async def test_an_empty_redis_knows_nothing(subject: Subject) -> None:
    assert await subject.verdict() is Verdict.UNKNOWN


async def test_beside_a_fresh_mark_an_absent_key_means_clear(
    subject: Subject, marker: Marker
) -> None:
    await marker.mark()
    assert await subject.verdict() is Verdict.CLEAR


@pytest.mark.parametrize("marked", [True, False])
async def test_a_revoked_session_is_revoked_with_or_without_a_mark(
    subject: Subject, marker: Marker, marked: bool
) -> None:
    if marked:
        await marker.mark()
    await marker.revoke("sid-1")
    assert await subject.verdict() is Verdict.REVOKED


async def test_simultaneous_lookups_get_each_their_own_answer(
    subject: Subject, marker: Marker
) -> None:
    await marker.mark()
    await marker.revoke("sid-7")
    await marker.redis.config_resetstat()
    look_up = subject.blacklist.look_up
    verdicts = await asyncio.gather(*(look_up(f"sid-{n}") for n in range(20)))
    assert [n for n, verdict in enumerate(verdicts) if verdict is Verdict.REVOKED] == [7]
    stats = await marker.redis.info("commandstats")
    assert stats["cmdstat_zmscore"]["calls"] == 1


async def test_a_client_that_disconnects_does_not_cancel_the_lookup_of_others(
    subject: Subject, marker: Marker
) -> None:
    await marker.mark()
    leaving = asyncio.create_task(subject.blacklist.look_up("a"))
    staying = asyncio.create_task(subject.verdict())
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying is Verdict.CLEAR


async def test_what_another_program_stored_under_our_key_does_not_count(
    subject: Subject, marker: Marker
) -> None:
    await marker.redis.set(KEY, b"\xff\xfe")
    assert await subject.verdict() is Verdict.UNKNOWN


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


async def test_the_mark_of_another_redis_process_does_not_count(
    subject: Subject, marker: Marker
) -> None:
    await marker.mark(run_id="0" * 40)
    assert await subject.verdict() is Verdict.UNKNOWN


async def test_a_mark_no_longer_renewed_says_how_things_were(
    subject: Subject, marker: Marker
) -> None:
    await marker.mark(renewed_at=time.time() - FRESH_SECONDS - 1)
    assert await subject.verdict() is Verdict.CLEAR_WHEN_MARKED


async def test_whatever_the_client_raises_who_asks_is_answered_and_the_next_one_is_too(
    subject: Subject, marker: Marker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def odd(*_keys: object) -> None:
        raise UnicodeError

    await marker.mark()
    with monkeypatch.context() as patched:
        patched.setattr(subject.blacklist._redis.commands, "zmscore", odd)
        verdicts = await asyncio.gather(subject.verdict(), subject.blacklist.look_up("other"))
    assert set(verdicts) == {Verdict.UNKNOWN}
    await marker.revoke("sid-1")
    assert await subject.verdict() is Verdict.REVOKED


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


async def test_what_was_revoked_while_redis_was_not_believed_needs_a_newer_mark(
    subject: Subject, marker: Marker
) -> None:
    assert await subject.verdict() is Verdict.UNKNOWN
    await marker.mark()
    await asyncio.sleep(0.002)
    subject.blacklist.sessions_changed()
    assert await subject.verdict() is Verdict.UNKNOWN
    await asyncio.sleep(0.002)
    await marker.mark()
    assert await subject.verdict() is Verdict.CLEAR
    subject.blacklist.sessions_changed()
    assert await subject.verdict() is Verdict.CLEAR
