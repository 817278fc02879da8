"""Whether a token is revoked: asked of Redis, else of user-service, else the answer is 503."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import aiohttp
from chassis.breaker import CircuitBreaker, CircuitOpen
from chassis.errors import Unavailable
from contracts.headers import INTERNAL_IDENTITY
from contracts.identity import IdentifiedUser
from contracts.revocation import PATH, RevocationAnswer

from api_gateway.blacklist import Blacklist, Verdict
from api_gateway.identity import Signer
from api_gateway.tokens import InvalidToken
from api_gateway.upstream import Upstream

ASK_SECONDS: Final = 2.0
CLEAR_SECONDS: Final = 1.0  # how long "not revoked" is worth something
MAX_REMEMBERED: Final = 4096  # answers
OWN_ADDRESS: Final = "api-gateway"  # no client asks this question


class RevokedToken(InvalidToken):
    def __init__(self) -> None:
        super().__init__("Token is blacklisted")


class UserServiceAnswers:
    """Asks user-service, once for all who want to know the same at the same time.

    "Revoked" stays true until the token expires. "Not revoked" is remembered for `CLEAR_SECONDS`,
    and forgotten by `forget`, which also keeps answers on their way from being remembered.
    """

    def __init__(
        self, upstream: Upstream, signer: Signer, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._upstream = upstream
        self._signer = signer
        self._clock = clock
        self._breaker = CircuitBreaker(
            "user-service revocations", call_timeout=ASK_SECONDS, reset_timeout=2.0
        )
        self._revoked: dict[tuple[str, str], float] = {}
        self._clear: dict[tuple[str, str], float] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[bool]] = {}

    async def is_revoked(self, user: IdentifiedUser) -> bool:
        """Raises Unavailable when user-service does not say."""
        key = (user.jti, user.sid)
        now = self._clock()
        if self._revoked.get(key, 0.0) > now:
            return True
        if self._clear.get(key, 0.0) > now:
            return False
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._find_out(key, user.exp))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asked(key, task))
        return await asyncio.shield(task)

    def forget(self) -> None:
        """Sessions may have changed: what was not revoked before may be now."""
        self._clear.clear()
        self._asking.clear()

    def _asked(self, key: tuple[str, str], task: asyncio.Task[bool]) -> None:
        if self._asking.get(key) is task:
            del self._asking[key]
        if not task.cancelled():
            task.exception()  # it was for those who wait; if they all left, it is for nobody

    async def _find_out(self, key: tuple[str, str], exp: int) -> bool:
        try:
            revoked = await self._breaker.call(self._ask, *key)
        except CircuitOpen as refused:
            raise Unavailable(retry_after=max(1, round(refused.retry_after))) from None
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            raise Unavailable from None
        if revoked:
            _remember(self._revoked, key, self._clock() + exp - time.time())
        elif self._asking.get(key) is asyncio.current_task():
            _remember(self._clear, key, self._clock() + CLEAR_SECONDS)
        return revoked

    async def _ask(self, jti: str, sid: str) -> bool:
        identity = self._signer.sign(self._upstream.service, OWN_ADDRESS, None)
        async with self._upstream.session.get(
            self._upstream.url(PATH.encode(), f"jti={jti}&sid={sid}".encode()),
            headers={INTERNAL_IDENTITY: identity},
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
            if answer.status != 200:
                raise ValueError(f"user-service answered {answer.status}")
            return RevocationAnswer.model_validate_json(body, strict=True).revoked


class Revocations:
    """The one question that the gateway asks of every access token it has verified."""

    def __init__(self, blacklist: Blacklist, answers: UserServiceAnswers) -> None:
        self._blacklist = blacklist
        self._answers = answers

    async def check(self, user: IdentifiedUser) -> None:
        """Raises RevokedToken, or Unavailable when nobody knows. Never lets the unknown pass."""
        verdict = await self._blacklist.look_up(user.jti, user.sid)
        if verdict is Verdict.CLEAR:
            return
        if verdict is Verdict.REVOKED or await self._user_service_says(user, verdict):
            raise RevokedToken

    def sessions_changed(self) -> None:
        """To be called after each request that can revoke, before its client has the answer."""
        self._answers.forget()
        self._blacklist.sessions_changed()

    async def _user_service_says(self, user: IdentifiedUser, verdict: Verdict) -> bool:
        try:
            return await self._answers.is_revoked(user)
        except Unavailable:
            # Nobody revokes while user-service is away, so its last word in Redis still stands.
            if verdict is Verdict.CLEAR_WHEN_MARKED:
                return False
            raise


def _remember(answers: dict[tuple[str, str], float], key: tuple[str, str], until: float) -> None:
    if len(answers) >= MAX_REMEMBERED:
        answers.clear()
    answers[key] = until
