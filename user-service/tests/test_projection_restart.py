"""A Redis that comes back, empty or not, or is flushed, is never called ready too early."""

import asyncio
from datetime import timedelta
from typing import cast

import structlog.testing
from chassis.background import keep_running, running
from chassis.clock import utc_now
from chassis.mongo import Database
from chassis.redis import RedisClient, RedisError
from contracts.blacklist import KEY, ready_mark
from devstack.redis import Redis
from devstack.servers import Server
from user_helpers.projection import (
    USER,
    Composed,
    compose,
    exists_once_reachable,
    insert_revoked,
    present,
    renewed_at,
    run_id,
)
from user_helpers.service import StartService, becomes_true
from user_service.sessions import Sessions


async def open_session(database: Database, sid: str) -> None:
    expires_at = utc_now() + timedelta(days=30)
    await database["sessions"].insert_one({"_id": sid, "user": USER, "expiresAt": expires_at})


async def test_redis_back_empty_gets_every_live_revocation_before_the_mark(
    database: Database, redis: RedisClient, own_redis: Server[Redis]
) -> None:
    sids = await insert_revoked(database, 30)
    subject = compose(database, redis).projection
    async with running(keep_running("project", subject.run)):
        await becomes_true(renewed_at, redis)
        own_redis.kill()
        own_redis.wipe()
        own_redis.start()

        async def marked_by_the_new_process() -> bool:
            try:
                return await renewed_at(redis) is not None
            except RedisError as error:
                raise AssertionError from error

        await becomes_true(marked_by_the_new_process)
        assert await present(redis, sids) == 30


async def test_a_mark_kept_by_the_append_only_file_is_renewed_only_after_a_new_projection(
    database: Database, redis: RedisClient, own_redis: Server[Redis]
) -> None:
    subject = compose(database, redis).projection
    await subject.catch_up()
    old = await run_id(redis)
    own_redis.stop()
    sids = await insert_revoked(database, 3)  # projected, and lost with the file's last second
    own_redis.start()
    await becomes_true(exists_once_reachable, redis)
    assert await redis.commands.zscore(KEY, ready_mark(old))
    assert await renewed_at(redis) is None
    await subject.catch_up()
    assert await renewed_at(redis)
    assert await present(redis, sids) == 3


async def test_a_flushed_redis_is_filled_again(database: Database, redis: RedisClient) -> None:
    sids = await insert_revoked(database, 3)
    subject = compose(database, redis).projection
    await subject.catch_up()
    await redis.commands.flushall()
    await subject.catch_up()
    assert await present(redis, sids) == 3
    assert await renewed_at(redis)


async def test_an_evicted_blacklist_is_filled_again_and_the_policy_is_named(
    start_service: StartService, database: Database, redis: RedisClient, own_redis: Server[Redis]
) -> None:
    sids = await insert_revoked(database, 3)
    subject = compose(database, redis).projection
    await subject.catch_up()
    await redis.commands.config_set("maxmemory-policy", "allkeys-lru")
    try:
        await redis.commands.config_set("maxmemory", 1)  # whatever is stored is too much
        await becomes_true(is_gone, redis)
        await redis.commands.config_set("maxmemory", 0)
        with structlog.testing.capture_logs() as lines:
            await subject.catch_up()
        async with start_service(redis_uri=own_redis.uri) as client:
            ready = await client.http.get("/ready")
    finally:
        await redis.commands.config_set("maxmemory-policy", "noeviction")
    assert await present(redis, sids) == 3
    assert await renewed_at(redis)
    assert [line["maxmemory_policy"] for line in lines if line["log_level"] == "warning"] == [
        "allkeys-lru"
    ]
    assert (ready.status_code, ready.json()["checks"]["eviction"]) == (200, "allkeys-lru")


async def is_gone(redis: RedisClient) -> bool:
    return not await redis.commands.exists(KEY)


async def test_redis_flushed_in_the_middle_of_a_renewal_is_not_called_ready(
    database: Database, redis: RedisClient
) -> None:
    class Flushed(Sessions):
        async def project_unprojected(self) -> None:
            await super().project_unprojected()
            await redis.commands.flushall()

    await insert_revoked(database, 3)
    await compose(database, redis, sessions_class=Flushed).projection.catch_up()
    assert await renewed_at(redis) is None


async def test_while_it_projects_everything_redis_is_not_called_ready(
    database: Database, redis: RedisClient, own_redis: Server[Redis]
) -> None:
    seen: list[float | None] = []

    class Watched(Sessions):
        async def project_live(self) -> None:
            await super().project_live()
            seen.append(await renewed_at(redis))

    await compose(database, redis).projection.catch_up()
    own_redis.stop()
    own_redis.start()
    await becomes_true(exists_once_reachable, redis)
    await compose(database, redis, sessions_class=Watched).projection.catch_up()
    assert seen == [None]


async def test_whenever_redis_is_marked_ready_it_knows_every_revocation_before_the_mark(
    database: Database, redis: RedisClient
) -> None:
    """Two replicas, logouts all the time, and Redis flushed again and again."""
    replicas = [compose(database, redis) for _ in range(2)]

    async def catch_up(replica: Composed) -> None:
        while True:
            await replica.projection.catch_up()
            await asyncio.sleep(0)

    async def log_out(number: int) -> None:
        await open_session(database, f"s{number}")
        await replicas[number % 2].sessions.revoke(f"s{number}", USER, reason="logout")

    ready = 0
    async with running(catch_up(replicas[0])), running(catch_up(replicas[1])):
        for round_number in range(60):
            await asyncio.gather(*(log_out(round_number * 4 + n) for n in range(4)))
            if round_number % 5 == 0:
                await redis.commands.flushall()
            renewed, sids = await snapshot(redis)
            if renewed is None:
                continue
            ready += 1
            assert await revoked_before(database, renewed) <= sids
        await becomes_true(renewed_at, redis)
        _, sids = await snapshot(redis)
        assert len(sids) == 240
    assert ready


async def snapshot(redis: RedisClient) -> tuple[float | None, set[str]]:
    """When the mark was renewed, and the revoked sessions, all of one moment."""
    mark = ready_mark(await run_id(redis))
    stored = cast(
        "list[tuple[str, float]]", await redis.commands.zrange(KEY, 0, -1, withscores=True)
    )
    scores = dict(stored)
    return scores.get(mark), {member for member in scores if ":" not in member}


async def revoked_before(database: Database, renewed: float) -> set[str]:
    sessions = await database["sessions"].find({"revokedAt": {"$exists": True}}).to_list()
    return {
        session["_id"] for session in sessions if session["revokedAt"].timestamp() * 1000 < renewed
    }
