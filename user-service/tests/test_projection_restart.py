"""A Redis that comes back, empty or not, or is flushed, is never called ready too early."""

import asyncio
from datetime import timedelta

from chassis.background import keep_running, running
from chassis.clock import utc_now
from chassis.mongo import Database
from chassis.redis import RedisClient, RedisError
from contracts.blacklist import READY_KEY, ReadyMark
from devstack.redis import Redis
from devstack.servers import Server
from user_helpers.projection import (
    USER,
    Composed,
    compose,
    insert_revoked,
    mark_once_reachable,
    present,
    ready_mark,
    run_id,
)
from user_helpers.service import becomes_true
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
        await becomes_true(ready_mark, redis)
        own_redis.kill()
        own_redis.wipe()
        own_redis.start()

        async def marked_by_the_new_process() -> bool:
            try:
                mark = await ready_mark(redis)
            except RedisError as error:
                raise AssertionError from error
            return mark is not None and mark.run_id == await run_id(redis)

        await becomes_true(marked_by_the_new_process)
        assert await present(redis, sids) == 30


async def test_a_mark_kept_by_the_append_only_file_is_renewed_only_after_a_new_projection(
    database: Database, redis: RedisClient, own_redis: Server[Redis]
) -> None:
    subject = compose(database, redis).projection
    await subject.catch_up()
    old = await ready_mark(redis)
    own_redis.stop()
    sids = await insert_revoked(database, 3)  # projected, and lost with the file's last second
    own_redis.start()
    await becomes_true(mark_once_reachable, redis)
    kept = await ready_mark(redis)
    assert kept
    assert kept == old
    assert kept.run_id != await run_id(redis)
    await subject.catch_up()
    assert (await ready_mark(redis) or kept).run_id == await run_id(redis)
    assert await present(redis, sids) == 3


async def test_a_flushed_redis_is_filled_again(database: Database, redis: RedisClient) -> None:
    sids = await insert_revoked(database, 3)
    subject = compose(database, redis).projection
    await subject.catch_up()
    await redis.commands.flushall()
    await subject.catch_up()
    assert await present(redis, sids) == 3
    assert await ready_mark(redis)


async def test_redis_flushed_in_the_middle_of_a_renewal_is_not_called_ready(
    database: Database, redis: RedisClient
) -> None:
    class Flushed(Sessions):
        async def project_unprojected(self) -> None:
            await super().project_unprojected()
            await redis.commands.flushall()

    await insert_revoked(database, 3)
    await compose(database, redis, sessions_class=Flushed).projection.catch_up()
    assert await redis.commands.get(READY_KEY) is None


async def test_while_it_projects_everything_redis_is_not_called_ready(
    database: Database, redis: RedisClient, own_redis: Server[Redis]
) -> None:
    seen: list[ReadyMark | None] = []

    class Watched(Sessions):
        async def project_live(self) -> None:
            await super().project_live()
            seen.append(await ready_mark(redis))

    await compose(database, redis).projection.catch_up()
    own_redis.stop()
    own_redis.start()
    await becomes_true(mark_once_reachable, redis)
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
            mark, keys = await snapshot(redis)
            if mark is None:
                continue
            ready += 1
            assert await revoked_before(database, mark) <= keys
        await becomes_true(ready_mark, redis)
        _, keys = await snapshot(redis)
        assert len(keys) == 240
    assert ready


async def snapshot(redis: RedisClient) -> tuple[ReadyMark | None, set[str]]:
    """The mark and the keys of one moment."""
    pipeline = redis.commands.pipeline(transaction=True)
    pipeline.get(READY_KEY)  # type: ignore[unused-awaitable]  # a pipeline only queues
    pipeline.keys("blacklist:s*")  # type: ignore[unused-awaitable]  # a pipeline only queues
    mark, keys = await pipeline.execute()
    return ReadyMark.decode(str(mark)), {key.removeprefix("blacklist:") for key in keys}


async def revoked_before(database: Database, mark: ReadyMark) -> set[str]:
    sessions = await database["sessions"].find({"revokedAt": {"$exists": True}}).to_list()
    return {
        session["_id"]
        for session in sessions
        if session["revokedAt"].timestamp() * 1000 < mark.renewed_at
    }
