"""What the tests of the projection share."""

from datetime import timedelta

from chassis.clock import utc_now
from chassis.mongo import Database, Document
from chassis.redis import RedisClient, RedisError
from contracts.blacklist import READY_KEY, ReadyMark

USER = "0" * 24


async def insert_revoked(database: Database, count: int, **fields: object) -> list[str]:
    now = utc_now()
    session: Document = {"user": USER, "expiresAt": now + timedelta(days=30), "reason": "logout"}
    session |= {"revokedAt": now, "revokedTokens": []} | fields
    sids = [f"{count}-{number}" for number in range(count)]
    await database["sessions"].insert_many([session | {"_id": sid} for sid in sids])
    return sids


async def present(redis: RedisClient, sids: list[str]) -> int:
    return int(await redis.commands.exists(*(f"blacklist:{sid}" for sid in sids)))


async def ready_mark(redis: RedisClient) -> ReadyMark | None:
    return ReadyMark.decode(str(await redis.commands.get(READY_KEY)))


async def run_id(redis: RedisClient) -> str:
    return str((await redis.commands.info("server"))["run_id"])


async def mark_once_reachable(redis: RedisClient) -> ReadyMark | None:
    try:
        return await ready_mark(redis)
    except RedisError as error:
        raise AssertionError from error
