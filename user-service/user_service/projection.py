"""The projection of live revocations into Redis, where the gateway looks them up.

What is promised: whoever reads a `blacklist:ready` that names the Redis process it is talking to
finds a key for every live revocation written before `renewed_at`. How:

1. A revocation is marked `unprojectedSince` by the write that makes it, and the mark is removed
   only after Redis took its keys. A mark left behind (Redis was away, or this process died) is
   found within a second, by any replica.
2. Redis without a ready mark of its own process (it is new, was flushed, or restarted from a
   file that may lack the last writes) gets every live revocation, found by `revokedAt`.
3. Only then is the ready mark renewed, dated from before 1 and 2 began.

A revocation written between 2 and 3 is projected by the request that made it, before that
request is answered. While Redis does not take its keys, the answer waits until the last mark that
was made without it is too old for the gateway, which then asks here.
"""

import asyncio
import math
from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Final

import structlog
from chassis.clock import Clock, utc_now
from chassis.mongo import Database, Document
from chassis.redis import RedisClient, RedisError
from contracts.blacklist import FRESH_SECONDS, READY_KEY, ReadyMark, blacklist_key
from pymongo import IndexModel, UpdateOne
from pymongo.errors import PyMongoError

SESSIONS: Final = "sessions"
INDEXES: Final = {
    SESSIONS: [
        IndexModel("unprojectedSince", sparse=True),
        IndexModel("revokedAt", sparse=True),
    ]
}
INTERVAL: Final = 1.0  # seconds between two renewals
PATIENCE: Final = 1.0  # seconds for Redis to take one revocation
TRY_AGAIN: Final = 0.2  # seconds
CLOCKS_OF_ONE_HOUSE: Final = 0.5  # seconds that the gateway's clock may be behind
BATCH: Final = 500
CLOCKS_DIFFER: Final = timedelta(seconds=60)  # a key outlives the last token it concerns by this
_REPLACE_IF_UNCHANGED: Final = """
if redis.call("GET", KEYS[1]) == ARGV[1] then
    redis.call("SET", KEYS[1], ARGV[2], "EX", ARGV[3])
end
"""
_AWAY: Final = (RedisError, PyMongoError, TimeoutError, OSError)

log = structlog.get_logger()


class Projection:
    """Carries revocations from the sessions into Redis, at once and again as often as needed.

    `access_token_ttl` is in seconds: so long does a revocation live after it was made, and so
    long does the ready mark, which therefore outlasts this service by the life of any token.
    """

    def __init__(
        self,
        database: Database,
        redis: RedisClient,
        access_token_ttl: int,
        now: Clock = utc_now,
    ) -> None:
        self._sessions = database[SESSIONS]
        self._redis = redis
        self._access_token_ttl = access_token_ttl
        self._lifetime = timedelta(seconds=access_token_ttl) + CLOCKS_DIFFER
        self._now = now

    async def run(self) -> None:
        """Keep Redis up to date for ever."""
        away = False
        while True:
            try:
                await self.catch_up()
            except _AWAY as error:
                if not away:
                    log.warning("revocations wait for projection", error=type(error).__name__)
                away = True
            else:
                if away:
                    log.info("revocations are projected again")
                away = False
            await asyncio.sleep(INTERVAL)

    async def project_now(self, session: Document) -> None:
        """Project one revocation; return when no gateway takes for valid what was revoked.

        If Redis does not take it, that is when the marks from before it are no longer fresh:
        `run` makes no newer one without it.
        """
        clock = asyncio.get_running_loop().time
        marks_are_stale = clock() + FRESH_SECONDS + CLOCKS_OF_ONE_HOUSE
        while not await self._is_projected(session):
            if clock() >= marks_are_stale:
                return
            await asyncio.sleep(TRY_AGAIN)

    async def _is_projected(self, session: Document) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._project([session])
        except _AWAY as error:
            log.warning(
                "revocation waits for projection",
                session=session["_id"],
                error=type(error).__name__,
            )
            return False
        return True

    async def catch_up(self) -> None:
        """Bring Redis up to date and renew the ready mark."""
        started = self._now()
        found = str(await self._redis.commands.get(READY_KEY))
        mark = ReadyMark.decode(found)
        # The process that answered, or a newer one, which everything below will then go to.
        run_id = self._redis.run_id
        if mark is None or mark.run_id != run_id:
            log.info("projecting all live revocations", redis=run_id)
            found = f"projecting {token_hex(8)}"  # not a ReadyMark, and nobody else's
            await self._redis.commands.set(READY_KEY, found, ex=self._access_token_ttl)
            await self._project_all_live()
        await self._project_unprojected()
        renewed = ReadyMark(run_id, int(started.timestamp() * 1000))
        # If Redis was flushed since, or another replica began anew, this pass has proved nothing.
        await self._redis.commands.eval(
            _REPLACE_IF_UNCHANGED, 1, READY_KEY, found, renewed.encode(), self._access_token_ttl
        )

    async def _project_all_live(self) -> None:
        live = {"revokedAt": {"$gt": self._now() - self._lifetime}}
        cursor = self._sessions.find(live).batch_size(BATCH)
        try:
            while batch := await cursor.to_list(BATCH):
                await self._project(batch)
        finally:
            await cursor.close()

    async def _project_unprojected(self) -> None:
        while True:
            batch = await self._sessions.find(
                {"unprojectedSince": {"$exists": True}}, limit=BATCH
            ).to_list()
            await self._project(batch)
            if len(batch) < BATCH:
                return

    async def _project(self, revoked: Sequence[Document]) -> None:
        """Set their keys, then remove their marks unless they were revoked anew since."""
        if not revoked:
            return
        pipeline = self._redis.commands.pipeline(transaction=False)
        for session in revoked:
            remaining = (session["revokedAt"] + self._lifetime - self._now()).total_seconds()
            if remaining > 0:
                for revoked_id in (session["_id"], *session["revokedTokens"]):
                    key = blacklist_key(revoked_id)
                    # A pipeline only queues; the types are those of a plain client.
                    pipeline.set(key, session["reason"], ex=math.ceil(remaining))  # type: ignore[unused-awaitable]
        await pipeline.execute()
        removals = [
            UpdateOne(
                {"_id": session["_id"], "unprojectedSince": session["unprojectedSince"]},
                {"$unset": {"unprojectedSince": ""}},
            )
            for session in revoked
            if "unprojectedSince" in session
        ]
        if removals:
            await self._sessions.bulk_write(removals, ordered=False)
