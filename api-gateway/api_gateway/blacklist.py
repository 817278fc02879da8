"""The blacklist in Redis, and when it may be believed.

An absent session proves something only beside a ready mark (`contracts/blacklist.py`) that
user-service has made

- into the very Redis process that answers: one restored from disk may be older than a revocation;
- since Redis last failed us: a revocation made in between may be waiting for Redis, too.

User-service renews the mark every second as long as it can project every revocation. A mark that
is older than `FRESH_SECONDS` means that user-service cannot, or is away. Only user-service itself
can say which of the two.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from enum import Enum, auto

import structlog
from chassis.breaker import CircuitBreaker
from chassis.redis import RedisClient
from contracts.blacklist import FRESH_SECONDS, KEY, ready_mark

from api_gateway.quota_counts import UNCOUNTED, Count
from api_gateway.quota_script import QuotaScript

log = structlog.get_logger()


class Verdict(Enum):
    """What Redis knows of one session."""

    REVOKED = auto()
    CLEAR = auto()
    CLEAR_WHEN_MARKED = auto()
    """Not revoked when the mark was last renewed, which is a while ago."""
    UNKNOWN = auto()


class Blacklist:
    """`look_up` answers for one session; the questions of one turn of the event loop travel together.

    With a `script` the requests are counted on the same way.
    """

    def __init__(
        self,
        redis: RedisClient,
        breaker: CircuitBreaker,
        *,
        script: QuotaScript | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis = redis
        self._breaker = breaker
        self._script = script
        self._clock = clock
        self._lost_at = 0  # milliseconds of our clock
        self._trusting = True
        self._asked: list[tuple[str, Count]] = []
        self._answers: asyncio.Task[Sequence[Verdict]] | None = None

    async def look_up(self, sid: str, count: Count = UNCOUNTED) -> Verdict:
        """What Redis says of a session: UNKNOWN whenever it says nothing that can be understood.

        `count` is told what Redis has counted, if it has.
        """
        number = len(self._asked)
        self._asked.append((sid, count))
        if self._answers is None:
            self._answers = asyncio.create_task(self._ask())  # begins when this turn is over
        # Shielded, since a client that leaves must not take the answers of the others with it.
        return (await asyncio.shield(self._answers))[number]

    async def look_up_all(self, sids: Sequence[str]) -> Sequence[Verdict]:
        """What Redis says of each of these sessions, asked apart from what requests ask."""
        return await self._verdicts([(sid, UNCOUNTED) for sid in sids])

    async def count(self, count: Count) -> None:
        """Have a request counted that has no session."""
        await self.look_up("", count)

    def sessions_changed(self) -> None:
        """A request that can revoke was served while Redis was not believed.

        What it revoked may have missed Redis, so the mark has to be newer than this moment.
        """
        if not self._trusting:
            self._lose()

    async def _ask(self) -> Sequence[Verdict]:
        asked, self._asked, self._answers = self._asked, [], None
        return await self._verdicts(asked)

    async def _verdicts(self, asked: Sequence[tuple[str, Count]]) -> Sequence[Verdict]:
        try:
            renewed_at, *found = await self._breaker.call(self._read, asked)
            otherwise = self._judge(renewed_at)
        except Exception as error:  # noqa: BLE001 — whatever it was, those who wait get an answer
            if self._trusting:
                log.warning("Redis cannot say what is revoked", error=type(error).__name__)
            self._lose()
            return [Verdict.UNKNOWN] * len(asked)
        return [otherwise if revoked_at is None else Verdict.REVOKED for revoked_at in found]

    async def _read(self, asked: Sequence[tuple[str, Count]]) -> list[float | None]:
        """When the mark was renewed and the sessions were revoked, all of one moment."""
        run_id = await self._redis.process()
        mark = ready_mark(run_id)
        if self._script is None or all(count is UNCOUNTED for _, count in asked):
            times = await self._redis.commands.zmscore(KEY, [mark, *(sid for sid, _ in asked)])
        else:
            times = await self._script.count(mark, asked)
        if self._redis.run_id != run_id:  # a new process has answered, with the old one's data
            times[0] = None
        return times

    def _judge(self, renewed_at: float | None) -> Verdict:
        if renewed_at is None or renewed_at <= self._lost_at:
            self._trusting = False
            return Verdict.UNKNOWN
        self._trusting = True
        if self._now() - renewed_at > FRESH_SECONDS * 1000:
            return Verdict.CLEAR_WHEN_MARKED
        return Verdict.CLEAR

    def _lose(self) -> None:
        self._trusting = False
        self._lost_at = self._now()

    def _now(self) -> int:
        return int(self._clock() * 1000)
