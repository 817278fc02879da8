"""The blacklist in Redis, and when it may be believed.

An absent key proves something only beside a `blacklist:ready` mark that user-service has made

- into the very Redis process that answers: one restored from disk may be older than a revocation;
- since Redis last failed us: a revocation made in between may be waiting for Redis, too.

User-service renews the mark every second as long as it can project every revocation. A mark that
is older than `FRESH_SECONDS` says that it cannot, or that it is gone; which, it has to be asked.
"""

import asyncio
import time
from collections.abc import Callable
from enum import Enum, auto
from typing import cast

import structlog
from chassis.breaker import CircuitBreaker, CircuitOpen
from chassis.redis import RedisClient, RedisError
from contracts.blacklist import FRESH_SECONDS, READY_KEY, ReadyMark, blacklist_key

log = structlog.get_logger()


class Verdict(Enum):
    """What Redis knows of one token."""

    REVOKED = auto()
    CLEAR = auto()
    CLEAR_WHEN_MARKED = auto()
    """Not revoked when the mark was last renewed, which is a while ago."""
    UNKNOWN = auto()


class _Batch:
    """The questions of one turn of the event loop, which travel together."""

    def __init__(self) -> None:
        self.keys: list[str] = [READY_KEY]
        self.waiting: list[asyncio.Future[Verdict]] = []


class Blacklist:
    """`look_up` answers for one token; simultaneous questions become one round trip."""

    def __init__(
        self,
        redis: RedisClient,
        breaker: CircuitBreaker,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis = redis
        self._breaker = breaker
        self._clock = clock
        self._batch: _Batch | None = None
        self._lost_at = 0  # milliseconds of our clock
        self._trusting = True
        self._sending: set[asyncio.Task[None]] = set()

    async def look_up(self, jti: str, sid: str) -> Verdict:
        """What Redis says of an access token and its session; never raises for Redis's sake."""
        loop = asyncio.get_running_loop()
        batch = self._batch
        if batch is None:
            batch = self._batch = _Batch()
            loop.call_soon(self._send, batch)
        batch.keys += (blacklist_key(jti), blacklist_key(sid))
        verdict: asyncio.Future[Verdict] = loop.create_future()
        batch.waiting.append(verdict)
        return await verdict

    def sessions_changed(self) -> None:
        """A request that can revoke was served while Redis was not believed.

        What it revoked may have missed Redis, so the mark has to be newer than this moment.
        """
        if not self._trusting:
            self._lose()

    def _send(self, batch: _Batch) -> None:
        self._batch = None
        task = asyncio.create_task(self._ask(batch))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _ask(self, batch: _Batch) -> None:
        try:
            ready, *found = await self._breaker.call(self._read, batch.keys)
        except (RedisError, OSError, TimeoutError, CircuitOpen) as error:
            if self._trusting:
                log.warning("Redis cannot say what is revoked", error=type(error).__name__)
            self._lose()
            verdicts = [Verdict.UNKNOWN] * len(batch.waiting)
        else:
            otherwise = self._judge(ready)
            verdicts = [
                Verdict.REVOKED if token is not None or session is not None else otherwise
                for token, session in zip(found[::2], found[1::2], strict=True)
            ]
        for waiting, verdict in zip(batch.waiting, verdicts, strict=True):
            if not waiting.done():  # its client may have gone
                waiting.set_result(verdict)

    async def _read(self, keys: list[str]) -> list[str | None]:
        # The client decodes; its types cannot say so.
        return cast("list[str | None]", await self._redis.commands.mget(keys))

    def _judge(self, ready: str | None) -> Verdict:
        mark = ReadyMark.decode(ready) if ready is not None else None
        if mark is None or mark.run_id != self._redis.run_id or mark.renewed_at <= self._lost_at:
            self._trusting = False
            return Verdict.UNKNOWN
        self._trusting = True
        if self._now() - mark.renewed_at > FRESH_SECONDS * 1000:
            return Verdict.CLEAR_WHEN_MARKED
        return Verdict.CLEAR

    def _lose(self) -> None:
        self._trusting = False
        self._lost_at = self._now()

    def _now(self) -> int:
        return int(self._clock() * 1000)
