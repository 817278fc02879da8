"""When the blacklist in Redis is believed, and when it is not."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from api_gateway.blacklist import Verdict
from chassis.redis import open_redis
from contracts.blacklist import FRESH_SECONDS, KEY
from gateway_helpers.blacklist import Subject
from gateway_helpers.peers import Marker


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


async def test_what_was_revoked_while_redis_was_not_believed_needs_a_newer_mark(
    subject: Subject, marker: Marker
) -> None:
    assert await subject.verdict() is Verdict.UNKNOWN
    await marker.mark()
    subject.ahead = 1.0
    subject.blacklist.sessions_changed()
    assert await subject.verdict() is Verdict.UNKNOWN
    await marker.mark(renewed_at=time.time() + 2)
    assert await subject.verdict() is Verdict.CLEAR
    subject.blacklist.sessions_changed()
    assert await subject.verdict() is Verdict.CLEAR
