"""A failover to a Redis that lacks the last revocations never makes them acceptable again."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from chassis.clock import utc_now
from chassis.mongo import Database
from chassis.redis import RedisClient, open_redis
from contracts.blacklist import KEY, ready_mark
from devstack.redis import Redis
from devstack.servers import Server
from user_helpers.projection import (
    USER,
    compose,
    insert_revoked,
    present,
    renewed_at,
    run_id,
)
from user_helpers.service import AdjustableClock, becomes_true
from user_service.blacklist import UNBROKEN
from user_service.sessions import RECENT


@pytest.fixture
async def other(redis_uri: str) -> AsyncIterator[RedisClient]:
    """A second server: at the end the replica of none."""
    async with open_redis(redis_uri) as client:
        yield client
        await client.commands.replicaof("NO", "ONE")


async def test_a_promoted_replica_that_lagged_is_ready_only_with_what_it_lacked(
    database: Database, redis: RedisClient, other: RedisClient, own_redis: Server[Redis]
) -> None:
    before = compose(database, redis)
    await before.projection.catch_up()
    mark_of_the_first = ready_mark(await run_id(redis))
    await other.commands.replicaof("127.0.0.1", str(own_redis.port))

    async def is_replicated() -> bool:
        return await other.commands.zscore(KEY, mark_of_the_first) is not None

    await becomes_true(is_replicated)
    await other.commands.replicaof("NO", "ONE")
    await database["sessions"].insert_one(
        {"_id": "lost", "user": USER, "expiresAt": utc_now() + timedelta(days=30)}
    )
    await before.sessions.revoke("lost", USER, reason="logout")
    assert await present(redis, ["lost"]) == 1
    assert await present(other, ["lost"]) == 0
    assert await renewed_at(other) is None
    await compose(database, other).projection.catch_up()
    assert await renewed_at(other)
    assert await present(other, ["lost"]) == 1


async def test_a_server_that_is_the_primary_again_gets_all_that_it_missed(
    database: Database, redis: RedisClient, other: RedisClient, clock: AdjustableClock
) -> None:
    clock.stop()
    first, second = (compose(database, one, clock) for one in (redis, other))
    await first.projection.catch_up()
    sids = await insert_revoked(database, 3, revokedAt=clock())
    await second.projection.catch_up()
    clock.ahead += UNBROKEN + RECENT
    assert await present(redis, sids) == 0
    await first.projection.catch_up()
    assert await present(redis, sids) == 3


async def test_what_the_former_primary_alone_has_confirmed_reaches_the_new_one(
    database: Database, redis: RedisClient, other: RedisClient
) -> None:
    former, new = (compose(database, one) for one in (redis, other))
    await former.projection.catch_up()
    await new.projection.catch_up()
    await database["sessions"].insert_one(
        {"_id": "split", "user": USER, "expiresAt": utc_now() + timedelta(days=30)}
    )
    await former.sessions.revoke("split", USER, reason="logout")
    assert await present(other, ["split"]) == 0
    await new.projection.catch_up()
    assert await present(other, ["split"]) == 1
