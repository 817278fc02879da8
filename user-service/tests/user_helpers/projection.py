"""What the tests of the projection share."""

from datetime import timedelta
from typing import NamedTuple

from chassis.clock import Clock, utc_now
from chassis.mongo import Database, Document
from chassis.redis import RedisClient, RedisError
from contracts.blacklist import KEY, ready_mark
from user_service.blacklist import Blacklist
from user_service.grants import Grants
from user_service.projection import Projection
from user_service.refresh_tokens import RefreshTokens
from user_service.sessions import Sessions
from user_service.settings import Settings

USER = "0" * 24


class Composed(NamedTuple):
    """The use cases of sessions, without the service around them."""

    sessions: Sessions
    refresh_tokens: RefreshTokens
    grants: Grants
    projection: Projection


def compose(
    database: Database,
    redis: RedisClient,
    now: Clock = utc_now,
    *,
    sessions_class: type[Sessions] = Sessions,
    settings: Settings | None = None,
) -> Composed:
    settings = settings or Settings()
    blacklist = Blacklist(redis, 900, now)
    sessions = sessions_class(database, blacklist, settings, now)
    refresh_tokens = RefreshTokens(database, settings)
    grants = Grants(sessions, refresh_tokens, settings, now)
    return Composed(sessions, refresh_tokens, grants, Projection(sessions, blacklist))


async def sid_of(composed: Composed, refresh_token: str) -> str:
    stored = await composed.refresh_tokens.find([refresh_token])
    return stored[refresh_token]["sid"]


async def insert_revoked(database: Database, count: int, **fields: object) -> list[str]:
    now = utc_now()
    session: Document = {"user": USER, "expiresAt": now + timedelta(days=30)}
    session |= {"revokedAt": now, "reason": "logout"} | fields
    sids = [f"{count}-{number}" for number in range(count)]
    await database["sessions"].insert_many([session | {"_id": sid} for sid in sids])
    return sids


async def present(redis: RedisClient, sids: list[str]) -> int:
    """How many of them the blacklist has."""
    scores = await redis.commands.zmscore(KEY, sids)
    return sum(score is not None for score in scores)


async def renewed_at(redis: RedisClient) -> float | None:
    """When the ready mark of this very process was renewed, in milliseconds; None without one."""
    return await redis.commands.zscore(KEY, ready_mark(await run_id(redis)))


async def run_id(redis: RedisClient) -> str:
    return str((await redis.commands.info("server"))["run_id"])


async def exists_once_reachable(redis: RedisClient) -> bool:
    try:
        return bool(await redis.commands.exists(KEY))
    except RedisError as error:
        raise AssertionError from error
