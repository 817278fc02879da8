import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from chassis.background import keep_running, running
from chassis.mongo import Database, Document, open_mongo
from chassis.redis import RedisClient, RedisError, open_redis
from contracts.blacklist import READY_KEY, ReadyMark
from devstack.redis import Redis
from devstack.servers import Server
from devstack.testing import free_port

from user_service import projection
from user_service.clock import utc_now
from user_service.conftest import AdjustableClock, StartService, becomes_true
from user_service.projection import Projection
from user_service.revocations import Revocations

USER = "0" * 24


@pytest.fixture
async def database(mongo_uri: str) -> AsyncIterator[Database]:
    async with open_mongo(mongo_uri, projection.INDEXES) as opened:
        yield opened


@pytest.fixture
async def redis(own_redis: Server[Redis]) -> AsyncIterator[RedisClient]:
    async with open_redis(own_redis.uri) as opened:
        yield opened


async def insert_revoked(database: Database, count: int, **fields: object) -> list[str]:
    now = utc_now()
    session: Document = {"user": USER, "expiresAt": now + timedelta(days=30), "reason": "logout"}
    session |= {"revokedAt": now, "revokedTokens": []} | fields
    sids = [f"{count}-{number}" for number in range(count)]
    await database["sessions"].insert_many([session | {"_id": sid} for sid in sids])
    return sids


async def open_session(database: Database, sid: str) -> None:
    expires_at = utc_now() + timedelta(days=30)
    await database["sessions"].insert_one({"_id": sid, "user": USER, "expiresAt": expires_at})


async def present(redis: RedisClient, sids: list[str]) -> int:
    return int(await redis.commands.exists(*(f"blacklist:{sid}" for sid in sids)))


async def ready_mark(redis: RedisClient) -> ReadyMark | None:
    return ReadyMark.decode(str(await redis.commands.get(READY_KEY)))


async def run_id(redis: RedisClient) -> str:
    return str((await redis.commands.info("server"))["run_id"])


async def test_the_mark_names_the_process_and_the_time_and_outlasts_this_service(
    database: Database, redis: RedisClient
) -> None:
    before = utc_now()
    await Projection(database, redis, 900).catch_up()
    mark = await ready_mark(redis)
    assert mark is not None
    assert mark.run_id == await run_id(redis)
    assert before.timestamp() * 1000 <= mark.renewed_at <= utc_now().timestamp() * 1000
    assert 890 < await redis.commands.ttl(READY_KEY) <= 900


async def test_the_mark_is_dated_from_before_the_revocations_were_read(
    database: Database, redis: RedisClient
) -> None:
    clock = AdjustableClock()

    class Slow(Projection):
        async def _project_unprojected(self) -> None:
            await super()._project_unprojected()
            clock.advance(hours=1)

    await Slow(database, redis, 900, clock).catch_up()
    mark = await ready_mark(redis)
    assert mark is not None
    assert mark.renewed_at <= utc_now().timestamp() * 1000


async def test_redis_back_empty_gets_every_live_revocation_before_the_mark(
    database: Database, redis: RedisClient, own_redis: Server[Redis]
) -> None:
    sids = await insert_revoked(database, 30)
    subject = Projection(database, redis, 900)
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
    subject = Projection(database, redis, 900)
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


async def mark_once_reachable(redis: RedisClient) -> ReadyMark | None:
    try:
        return await ready_mark(redis)
    except RedisError as error:
        raise AssertionError from error


async def test_a_flushed_redis_is_filled_again(database: Database, redis: RedisClient) -> None:
    sids = await insert_revoked(database, 3)
    subject = Projection(database, redis, 900)
    await subject.catch_up()
    await redis.commands.flushall()
    await subject.catch_up()
    assert await present(redis, sids) == 3
    assert await ready_mark(redis)


async def test_redis_flushed_in_the_middle_of_a_renewal_is_not_called_ready(
    database: Database, redis: RedisClient
) -> None:
    class Flushed(Projection):
        async def _project_unprojected(self) -> None:
            await super()._project_unprojected()
            await redis.commands.flushall()

    await insert_revoked(database, 3)
    await Flushed(database, redis, 900).catch_up()
    assert await redis.commands.get(READY_KEY) is None


async def test_while_it_projects_everything_redis_is_not_called_ready(
    database: Database, redis: RedisClient, own_redis: Server[Redis]
) -> None:
    seen: list[ReadyMark | None] = []

    class Watched(Projection):
        async def _project_all_live(self) -> None:
            await super()._project_all_live()
            seen.append(await ready_mark(redis))

    await Projection(database, redis, 900).catch_up()
    own_redis.stop()
    own_redis.start()
    await becomes_true(mark_once_reachable, redis)
    await Watched(database, redis, 900).catch_up()
    assert seen == [None]


async def test_more_revocations_than_a_batch_are_all_projected(
    database: Database, redis: RedisClient
) -> None:
    many, few = await insert_revoked(database, 1203), await insert_revoked(database, 2)
    await Projection(database, redis, 900).catch_up()
    assert await present(redis, many + few) == 1205
    waiting = await insert_revoked(database, 1001, unprojectedSince=utc_now())
    await Projection(database, redis, 900).catch_up()
    assert await present(redis, waiting) == 1001
    assert await database["sessions"].count_documents({"unprojectedSince": {"$exists": True}}) == 0


async def test_a_key_goes_when_no_token_it_concerns_can_live(
    database: Database, redis: RedisClient
) -> None:
    old = await insert_revoked(database, 1, revokedAt=utc_now() - timedelta(seconds=961))
    recent = await insert_revoked(database, 2, revokedAt=utc_now() - timedelta(seconds=950))
    await database["sessions"].update_one({"_id": old[0]}, {"$set": {"unprojectedSince": 1}})
    await Projection(database, redis, 900).catch_up()
    assert await present(redis, old) == 0
    assert await present(redis, recent) == 2
    assert await redis.commands.ttl(f"blacklist:{recent[0]}") <= 10
    assert await database["sessions"].count_documents({"unprojectedSince": {"$exists": True}}) == 0


async def test_the_mark_of_a_revocation_made_anew_meanwhile_stays(
    database: Database, redis: RedisClient
) -> None:
    now = utc_now()
    (sid,) = await insert_revoked(database, 1, unprojectedSince=now)
    stale = await database["sessions"].find_one({"_id": sid})
    later = now + timedelta(seconds=1)
    await database["sessions"].update_one({"_id": sid}, {"$set": {"unprojectedSince": later}})
    assert stale is not None
    await Projection(database, redis, 900).project_now(stale)
    current = await database["sessions"].find_one({"_id": sid})
    assert current is not None
    assert current["unprojectedSince"] == later


async def test_a_replica_projects_what_another_could_not(
    start_service: StartService, own_redis: Server[Redis], redis: RedisClient
) -> None:
    cut_off = start_service(redis_uri=f"redis://127.0.0.1:{free_port()}/0")
    async with start_service(redis_uri=own_redis.uri), cut_off as client:
        grant = client.granted(await client.register())
        assert (await client.logout(grant.claims)).status_code == 204
        await becomes_true(present, redis, [grant.claims.sid])


async def test_whenever_redis_is_marked_ready_it_knows_every_revocation_before_the_mark(
    database: Database, redis: RedisClient
) -> None:
    """Two replicas, logouts all the time, and Redis flushed again and again."""
    replicas = [Projection(database, redis, 900) for _ in range(2)]
    revocations = [Revocations(database, replica) for replica in replicas]

    async def catch_up(replica: Projection) -> None:
        while True:
            await replica.catch_up()
            await asyncio.sleep(0)

    async def log_out(number: int) -> None:
        await open_session(database, f"s{number}")
        await revocations[number % 2].revoke(f"s{number}", USER, reason="logout")

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
