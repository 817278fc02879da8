"""Whether a session is revoked: asked of Redis, else of user-service, else the answer is 503."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

import structlog
from cachetools import TTLCache
from chassis.breaker import CircuitBreaker, CircuitOpen
from chassis.errors import Unavailable
from contracts.identity import IdentifiedUser
from contracts.revocation import PATH, REVOKED_PATH, RevocationAnswer, RevokedSessions

from api_gateway.access_tokens import InvalidToken
from api_gateway.blacklist import Blacklist, Verdict
from api_gateway.errors import BadGateway
from api_gateway.metrics import REVOCATION_ANSWERS
from api_gateway.quota_counts import UNCOUNTED, Count
from api_gateway.upstreams import Upstream

ASK_SECONDS: Final = 2.0
REMEMBERED_SECONDS: Final = 1.0
MAX_REMEMBERED: Final = 4096  # answers

_BY_REDIS: Final = REVOCATION_ANSWERS.labels("redis")
_BY_USER_SERVICE: Final = REVOCATION_ANSWERS.labels("user-service")
_REFUSED: Final = REVOCATION_ANSWERS.labels("refused")

_UNSURE: Final = frozenset((Verdict.UNKNOWN, Verdict.CLEAR_WHEN_MARKED))

Question = TypeVar("Question")
Answer = TypeVar("Answer")

log = structlog.get_logger()


class RevokedToken(InvalidToken):
    def __init__(self) -> None:
        super().__init__("Token is blacklisted")


class UserServiceAnswers:
    """Asks user-service, once for all who want to know the same at the same time.

    An answer is remembered for `REMEMBERED_SECONDS`, and forgotten by `forget`, which also keeps
    answers on their way from being remembered.
    """

    def __init__(
        self,
        upstream: Upstream,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._upstream = upstream
        self._breaker = CircuitBreaker(
            "user-service revocations", call_timeout=ASK_SECONDS, reset_timeout=2.0
        )
        self._remembered: TTLCache[str, bool] = TTLCache(
            MAX_REMEMBERED, ttl=REMEMBERED_SECONDS, timer=clock
        )
        self._asking: dict[str, asyncio.Task[bool]] = {}

    async def is_revoked(self, sid: str) -> bool:
        """Raises Unavailable when user-service does not say, BadGateway when it does not believe us."""
        remembered = self._remembered.get(sid)
        if remembered is not None:
            return remembered
        task = self._asking.get(sid)
        if task is None:
            task = asyncio.create_task(self._find_out(sid))
            self._asking[sid] = task
            task.add_done_callback(lambda _: self._asked(sid, task))
        return await asyncio.shield(task)

    async def revoked_among(self, sids: Sequence[str]) -> set[str]:
        """Which of these are revoked, asked anew. Raises as `is_revoked` does."""
        return await self._guarded(self._ask_many, sids)

    def forget(self) -> None:
        """Sessions may have changed: what was not revoked before may be now."""
        self._remembered.clear()
        self._asking.clear()

    def _asked(self, sid: str, task: asyncio.Task[bool]) -> None:
        failed = task.cancelled() or task.exception() is not None
        if self._asking.get(sid) is task:
            del self._asking[sid]
            if not failed:
                self._remembered[sid] = task.result()

    async def _find_out(self, sid: str) -> bool:
        return await self._guarded(self._ask, sid)

    async def _guarded(self, ask: Callable[[Question], Awaitable[Answer]], of: Question) -> Answer:
        try:
            return await self._breaker.call(ask, of)
        except CircuitOpen as refused:
            raise Unavailable(retry_after=max(1, round(refused.retry_after))) from None
        except BadGateway:
            raise  # says more than that nobody knows
        except Exception as error:  # noqa: BLE001 — whatever it was, those who wait get an answer
            log.warning("user-service does not say what is revoked", error=type(error).__name__)
            raise Unavailable from None

    async def _ask(self, sid: str) -> bool:
        status, body = await self._upstream.ask(PATH.encode(), f"sid={sid}".encode())
        if status != 200:
            raise ValueError(f"user-service answered {status}")
        return RevocationAnswer.model_validate_json(body, strict=True).revoked

    async def _ask_many(self, sids: Sequence[str]) -> set[str]:
        query = "&".join(f"sid={sid}" for sid in sids)
        status, body = await self._upstream.ask(REVOKED_PATH.encode(), query.encode())
        if status != 200:
            raise ValueError(f"user-service answered {status}")
        return set(RevokedSessions.model_validate_json(body, strict=True).revoked)


class Revocations:
    """Says of every verified access token whether its session is revoked."""

    def __init__(self, blacklist: Blacklist, answers: UserServiceAnswers) -> None:
        self._blacklist = blacklist
        self._answers = answers

    async def check(self, user: IdentifiedUser, count: Count = UNCOUNTED) -> None:
        """Raises RevokedToken, or Unavailable when nobody knows. Never lets the unknown pass.

        The request is counted on the way: OverQuota for one that is over a limit.
        """
        verdict = await self._blacklist.look_up(user.sid, count)
        if verdict is not Verdict.REVOKED:
            count.settle()  # what is over a limit has no question to user-service either
        if verdict is Verdict.CLEAR:
            _BY_REDIS.inc()
            return
        if verdict is Verdict.REVOKED:
            _BY_REDIS.inc()
            raise RevokedToken
        if await self._user_service_says(user, verdict):
            raise RevokedToken

    async def no_longer_good(self, sids: Sequence[str]) -> set[str]:
        """Which of these sessions are revoked, or might be, since nobody knows."""
        verdicts = dict(zip(sids, await self._blacklist.look_up_all(sids), strict=True))
        revoked = {sid for sid, verdict in verdicts.items() if verdict is Verdict.REVOKED}
        unsure = [sid for sid, verdict in verdicts.items() if verdict in _UNSURE]
        if not unsure:
            return revoked
        try:
            return revoked | await self._answers.revoked_among(unsure)
        except (Unavailable, BadGateway):
            # As for a single request: see `_user_service_says`.
            return revoked | {sid for sid in unsure if verdicts[sid] is Verdict.UNKNOWN}

    def sessions_changed(self) -> None:
        """To be called after each request that can revoke, before its client has the answer."""
        self._answers.forget()
        self._blacklist.sessions_changed()

    async def _user_service_says(self, user: IdentifiedUser, verdict: Verdict) -> bool:
        try:
            is_revoked = await self._answers.is_revoked(user.sid)
        except Unavailable:
            # Nobody revokes while user-service is away, so its last word in Redis still stands.
            if verdict is Verdict.CLEAR_WHEN_MARKED:
                _BY_REDIS.inc()
                return False
            _REFUSED.inc()
            raise
        _BY_USER_SERVICE.inc()
        return is_revoked
