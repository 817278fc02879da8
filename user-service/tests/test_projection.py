"""Which revocations are projected, for how long, and what the mark says."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

import pytest
from bson.datetime_ms import DatetimeMS
from chassis.clock import utc_now
from chassis.mongo import Database
from chassis.redis import RedisClient
from contracts.blacklist import FRESH_SECONDS, KEY
from devstack.redis import Redis
from devstack.servers import Server
from devstack.testing import NOBODYS_PORT
from user_helpers.projection import (
    USER,
    compose,
    insert_revoked,
    present,
    renewed_at,
    sid_of,
)
from user_helpers.service import AdjustableClock, StartService, becomes_true
from user_service.sessions import Session, Sessions


async def test_the_mark_names_the_process_and_the_time_and_outlasts_this_service(
    database: Database, redis: RedisClient
) -> None:
    before = utc_now()
    await compose(database, redis).projection.catch_up()
    renewed = await renewed_at(redis)
    assert renewed is not None
    assert before.timestamp() * 1000 <= renewed <= utc_now().timestamp() * 1000
    assert 950 < await redis.commands.ttl(KEY) <= 960


async def test_the_mark_is_dated_from_before_the_revocations_were_read(
    database: Database, redis: RedisClient
) -> None:
    clock = AdjustableClock()

    class Slow(Sessions):
        async def project_unprojected(self) -> None:
            await super().project_unprojected()
            clock.advance(hours=1)

    await compose(database, redis, clock, sessions_class=Slow).projection.catch_up()
    renewed = await renewed_at(redis)
    assert renewed is not None
    assert renewed <= utc_now().timestamp() * 1000


async def test_more_revocations_than_a_batch_are_all_projected(
    database: Database, redis: RedisClient
) -> None:
    many, few = await insert_revoked(database, 1203), await insert_revoked(database, 2)
    await compose(database, redis).projection.catch_up()
    assert await present(redis, many + few) == 1205
    waiting = await insert_revoked(database, 1001, unprojectedSince=utc_now())
    await compose(database, redis).projection.catch_up()
    assert await present(redis, waiting) == 1001
    assert await database["sessions"].count_documents({"unprojectedSince": {"$exists": True}}) == 0


@pytest.mark.parametrize("millis", [8_640_000_000_000_000, -8_640_000_000_000_000])
async def test_a_session_of_a_time_that_nobody_can_read_keeps_no_other_from_being_projected(
    database: Database, redis: RedisClient, millis: int
) -> None:
    when = DatetimeMS(millis)
    await insert_revoked(database, 1, revokedAt=when, unprojectedSince=when, expiresAt=when)
    odd: dict[str, object] = {"user": USER, "revokedAt": utc_now(), "unprojectedSince": utc_now()}
    await database["sessions"].insert_many([odd | {"_id": 7}, odd | {"revokedAt": [utc_now()]}])
    others = await insert_revoked(database, 2, unprojectedSince=utc_now())
    composed = compose(database, redis)
    async with asyncio.timeout(60):
        await composed.projection.catch_up()
    assert await present(redis, others) == 2
    await database["sessions"].insert_one({"_id": "odd", "user": USER, "expiresAt": when})
    living = await composed.sessions.open(USER, utc_now())
    assert await composed.sessions.revoked_among(["odd", living["_id"]]) == ["odd"]


async def test_a_session_leaves_the_blacklist_with_its_last_token(
    database: Database, redis: RedisClient
) -> None:
    old = await insert_revoked(database, 1, revokedAt=utc_now() - timedelta(seconds=961))
    recent = await insert_revoked(database, 2, revokedAt=utc_now() - timedelta(seconds=950))
    await database["sessions"].update_one({"_id": old[0]}, {"$set": {"unprojectedSince": 1}})
    clock = AdjustableClock()
    await compose(database, redis, clock).projection.catch_up()
    assert await present(redis, old) == 0
    assert await present(redis, recent) == 2
    clock.advance(seconds=11)
    await compose(database, redis, clock).projection.catch_up()
    assert await present(redis, recent) == 0
    assert await database["sessions"].count_documents({"unprojectedSince": {"$exists": True}}) == 0


async def test_the_mark_of_a_revocation_made_anew_meanwhile_stays(
    database: Database, redis: RedisClient
) -> None:
    now = utc_now()
    (sid,) = await insert_revoked(database, 1, unprojectedSince=now)
    stale = cast("Session | None", await database["sessions"].find_one({"_id": sid}))
    later = now + timedelta(seconds=1)
    await database["sessions"].update_one({"_id": sid}, {"$set": {"unprojectedSince": later}})
    assert stale is not None
    await compose(database, redis).sessions.project_now(stale)
    current = await database["sessions"].find_one({"_id": sid})
    assert current is not None
    assert current["unprojectedSince"] == later


async def test_a_revocation_is_over_when_redis_has_it_or_the_mark_is_stale(
    start_service: StartService, own_redis: Server[Redis], redis: RedisClient
) -> None:
    async with start_service(redis_uri=own_redis.uri) as client:
        grant = client.granted(await client.register())
        await becomes_true(renewed_at, redis)
        await redis.commands.config_set("maxmemory", 1)  # it answers, and takes nothing
        try:
            assert (await client.logout(grant.claims)).status_code == 204
            renewed = await renewed_at(redis)
            assert renewed is not None
            assert utc_now().timestamp() - renewed / 1000 > FRESH_SECONDS
        finally:
            await redis.commands.config_set("maxmemory", 0)
        await becomes_true(present, redis, [grant.claims.sid])


async def test_whatever_redis_raises_the_revocation_is_tried_again_and_then_over(
    database: Database, redis: RedisClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = compose(database, redis)
    grant = await subject.grants.issue(USER)
    sid = await sid_of(subject, grant.refresh_token)
    add, failures = subject.sessions._blacklist.add, [UnicodeError(), KeyError()]

    async def odd(revoked: Iterable[tuple[str, datetime]]) -> None:
        if failures:
            raise failures.pop()
        await add(revoked)

    monkeypatch.setattr(subject.sessions._blacklist, "add", odd)
    await subject.sessions.revoke(sid, USER, reason="logout")
    assert await present(redis, [sid]) == 1


async def test_a_replica_projects_what_another_could_not(
    start_service: StartService, own_redis: Server[Redis], redis: RedisClient
) -> None:
    cut_off = start_service(redis_uri=f"redis://127.0.0.1:{NOBODYS_PORT}/0")
    async with start_service(redis_uri=own_redis.uri), cut_off as client:
        grant = client.granted(await client.register())
        assert (await client.logout(grant.claims)).status_code == 204
        await becomes_true(present, redis, [grant.claims.sid])


async def test_what_another_program_stored_under_our_key_is_replaced(
    database: Database, redis: RedisClient
) -> None:
    (sid,) = await insert_revoked(database, 1)
    await redis.commands.set(KEY, b"\xff\xfe")
    await compose(database, redis).projection.catch_up()
    assert await renewed_at(redis)
    assert await present(redis, [sid]) == 1


async def test_a_revocation_stored_with_its_tokens_by_an_earlier_version_is_projected(
    database: Database, redis: RedisClient
) -> None:
    (sid,) = await insert_revoked(
        database, 1, revokedTokens=["a-token"], unprojectedSince=utc_now()
    )
    await compose(database, redis).projection.catch_up()
    assert await present(redis, [sid]) == 1
    assert await compose(database, redis).sessions.is_revoked(sid)
