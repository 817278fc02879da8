"""The blacklist in Redis, in which the gateway looks up whether a session is revoked.

It is a projection of the sessions in MongoDB, see `contracts/blacklist.py`. `projection.py` renews
the ready mark only after it has added every revocation.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final, NamedTuple

from chassis.clock import Clock, utc_now
from chassis.mongo import millis_of
from chassis.redis import RedisClient, RedisError
from contracts.blacklist import KEY, ready_mark

# Without a renewal for so long another server may have been the primary meanwhile.
UNBROKEN: Final = timedelta(seconds=10)
CLOCKS_DIFFER: Final = timedelta(seconds=60)  # a session stays longer than its last token by this
# What another program stored under our key is replaced. The renewal is noted in the set itself.
_BEGIN: Final = """
local oldest, now, renewal, mark, lifetime = unpack(ARGV)
if redis.call("TYPE", KEYS[1]).ok ~= "zset" then redis.call("DEL", KEYS[1]) end
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", oldest)
redis.call("ZADD", KEYS[1], now, renewal)
redis.call("EXPIRE", KEYS[1], lifetime)
return redis.call("ZSCORE", KEYS[1], mark)
"""
_FINISH: Final = """
local began, renewal, mark = unpack(ARGV)
if redis.call("ZSCORE", KEYS[1], renewal) then
    redis.call("ZADD", KEYS[1], began, mark)
    redis.call("ZREM", KEYS[1], renewal)
end
"""


class Renewal(NamedTuple):
    """A renewal of the ready mark that has begun; `note` is its member of the set.

    `needs_all`: Redis has no mark of its own process (it is new, was flushed, has evicted the set,
    or restarted from a file that may lack the last writes), or an old one (another server was the
    primary meanwhile), so every live revocation has to be added again.
    """

    run_id: str
    note: str
    started: datetime
    needs_all: bool


class Blacklist:
    """The revoked sessions, and the ready mark.

    `access_token_ttl` is in seconds. A revocation is live for that long after it was made; the mark
    outlasts this service by no less.
    """

    def __init__(self, redis: RedisClient, access_token_ttl: int, now: Clock = utc_now) -> None:
        self._redis = redis
        self._now = now
        self.lifetime = timedelta(seconds=access_token_ttl) + CLOCKS_DIFFER

    async def add(self, revoked: Iterable[tuple[str, datetime]]) -> None:
        """Add sessions, each with the time when it was revoked. Raises RedisError, OSError."""
        oldest = millis_of(self._now() - self.lifetime)
        live = {sid: millis for sid, at in revoked if (millis := millis_of(at)) > oldest}
        if live:
            await self._redis.commands.zadd(KEY, live)

    async def begin_renewal(self) -> Renewal:
        """To be followed by adding what is missing, and by `finish`. Raises RedisError, OSError."""
        started, note = self._now(), f"renewal:{token_hex(8)}"
        run_id = await self._redis.process()
        times = millis_of(started - self.lifetime), millis_of(started)
        seconds = int(self.lifetime.total_seconds())
        renewed_at = await self._redis.commands.eval(
            _BEGIN, 1, KEY, *times, note, ready_mark(run_id), seconds
        )
        if self._redis.run_id != run_id:
            raise RedisError("another Redis process has answered")
        unbroken_since = millis_of(started - UNBROKEN)
        is_unbroken = renewed_at is not None and float(renewed_at) >= unbroken_since
        return Renewal(run_id, note, started, needs_all=not is_unbroken)

    async def finish(self, renewal: Renewal) -> None:
        """Renew the mark, dated from before the renewal read anything. Raises RedisError, OSError.

        If Redis lost the set since, this renewal has proved nothing.
        """
        began, mark = millis_of(renewal.started), ready_mark(renewal.run_id)
        await self._redis.commands.eval(_FINISH, 1, KEY, began, renewal.note, mark)

    async def eviction(self) -> str:
        """As of `RedisClient.eviction`."""
        return await self._redis.eviction()
