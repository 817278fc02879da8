"""The blacklist in Redis, in which the gateway looks up whether a session is revoked.

It is a projection of the sessions in MongoDB. Whoever reads a `blacklist:ready` that names the
Redis process it is talking to finds a key for every live revocation written before `renewed_at`:
`projection.py` renews that mark only after it has added them all.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final, NamedTuple

from chassis.clock import Clock, utc_now
from chassis.redis import RedisClient
from contracts.blacklist import READY_KEY, ReadyMark, blacklist_key

CLOCKS_DIFFER: Final = timedelta(seconds=60)  # a key outlives the last token it concerns by this
_REPLACE_IF_UNCHANGED: Final = """
if redis.call("GET", KEYS[1]) == ARGV[1] then
    redis.call("SET", KEYS[1], ARGV[2], "EX", ARGV[3])
end
"""


class Renewal(NamedTuple):
    """A renewal of the ready mark that has begun.

    `needs_all`: Redis has no mark of its own process (it is new, was flushed, or restarted from a
    file that may lack the last writes), so every live revocation has to be added again.
    """

    run_id: str
    stored: str
    started: datetime
    needs_all: bool


class Blacklist:
    """The keys of revoked sessions, and the ready mark.

    `access_token_ttl` is in seconds. A revocation is live for that long after it was made; the ready
    mark, too, so that it outlasts this service by the life of any token.
    """

    def __init__(self, redis: RedisClient, access_token_ttl: int, now: Clock = utc_now) -> None:
        self._redis = redis
        self._ttl = access_token_ttl
        self._now = now
        self.lifetime = timedelta(seconds=access_token_ttl) + CLOCKS_DIFFER

    async def add(self, revoked: Iterable[tuple[str, datetime]]) -> None:
        """Add sessions, each with the time when it was revoked. Raises RedisError, OSError."""
        pipeline = self._redis.commands.pipeline(transaction=False)
        for sid, revoked_at in revoked:
            remaining = (revoked_at + self.lifetime - self._now()).total_seconds()
            if remaining > 0:
                # A pipeline only queues; the types are those of a plain client.
                pipeline.set(blacklist_key(sid), "revoked", ex=math.ceil(remaining))  # type: ignore[unused-awaitable]
        await pipeline.execute()

    async def begin_renewal(self) -> Renewal:
        """To be followed by adding what is missing, and by `finish`. Raises RedisError, OSError."""
        started = self._now()
        stored = str(await self._redis.commands.get(READY_KEY))
        mark = ReadyMark.decode(stored)
        # The process that answered, or a newer one, which everything below will then go to.
        run_id = self._redis.run_id
        needs_all = mark is None or mark.run_id != run_id
        if needs_all:
            stored = f"projecting {token_hex(8)}"  # not a ReadyMark, and of this renewal alone
            await self._redis.commands.set(READY_KEY, stored, ex=self._ttl)
        return Renewal(run_id, stored, started, needs_all)

    async def finish(self, renewal: Renewal) -> None:
        """Renew the mark, dated from before the renewal read anything. Raises RedisError, OSError.

        If Redis was flushed since, or another replica began anew, this renewal has proved nothing.
        """
        mark = ReadyMark(renewal.run_id, int(renewal.started.timestamp() * 1000))
        await self._redis.commands.eval(
            _REPLACE_IF_UNCHANGED, 1, READY_KEY, renewal.stored, mark.encode(), self._ttl
        )
